const channels = ['humidity', 'temperature'];
const windowReadings = 12;
const learnWindowsMost = 2_000;
const growRows = 440;
/** Steps (%RH, °C) of a calm window, and the longest run that says nothing. */
const stepLeast = { humidity: 0.08, temperature: 0.02 };
const runLeast = 4;
const treeCount = 60;
const sampleSize = 128;
/** log2 of the sample size. */
const depthMost = 7;
const seed = 7;

/** mulberry32: the forest is the same at every run. */
function mulberry32(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** Mean depth of an unsuccessful search in a binary tree of n leaves, c(n) of the paper. */
function meanDepth(n) {
  if (n <= 1) return 0;
  let harmonic = 0;
  for (let term = 1; term < n; term += 1) harmonic += 1 / term;
  return 2 * harmonic - (2 * (n - 1)) / n;
}

function growTree(points, depth, random) {
  if (points.length <= 1 || depth >= depthMost) return { extra: meanDepth(points.length) };
  const feature = Math.floor(random() * points[0].length);
  let low = Infinity;
  let high = -Infinity;
  for (const point of points) {
    low = Math.min(low, point[feature]);
    high = Math.max(high, point[feature]);
  }
  if (low === high) return { extra: meanDepth(points.length) };
  const split = low + random() * (high - low);
  return {
    feature,
    split,
    below: growTree(
      points.filter((point) => point[feature] < split),
      depth + 1,
      random,
    ),
    above: growTree(
      points.filter((point) => point[feature] >= split),
      depth + 1,
      random,
    ),
  };
}

function pathLength(tree, point) {
  let node = tree;
  let depth = 0;
  while (node.feature !== undefined) {
    node = point[node.feature] < node.split ? node.below : node.above;
    depth += 1;
  }
  return depth + node.extra;
}

/**
 * Isolation forest (Liu, Ting and Zhou, ICDM 2008). The score of a mean depth d is 1 / (1 + d / c)
 * and not 2^(−d / c): in the same order, also 1 at no depth and a half at the usual one, but with
 * the same digits in every engine.
 */
function growForest(points, random) {
  const size = Math.min(sampleSize, points.length);
  const normal = meanDepth(size);
  const trees = Array.from({ length: treeCount }, () => {
    const sample = Array.from({ length: size }, () => points[Math.floor(random() * points.length)]);
    return growTree(sample, 0, random);
  });
  return (point) => {
    let depths = 0;
    for (const tree of trees) depths += pathLength(tree, point);
    return 1 / (1 + depths / treeCount / normal);
  };
}

/**
 * 0 for nothing, a half at `middle`, towards 1 for much: spreads out small sizes as a logarithm
 * does.
 */
function squash(size, middle) {
  return size / (size + middle);
}

/**
 * The shape of a window of 12 readings: for each channel its largest step, the size of its steps
 * and its net move, squashed, and its longest unchanged run; then the number of lost readings.
 */
function describe(window) {
  const features = [];
  for (const name of channels) {
    const values = window.map((row) => row[name]).filter((value) => value !== null);
    let largest = 0;
    let squares = 0;
    let run = 1;
    let longest = runLeast;
    for (let index = 1; index < values.length; index += 1) {
      const step = Math.abs(values[index] - values[index - 1]);
      largest = Math.max(largest, step);
      squares += step * step;
      run = step === 0 ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    const move = values.length === 0 ? 0 : Math.abs(values.at(-1) - values[0]);
    const least = stepLeast[name];
    features.push(squash(largest, least), squash(Math.sqrt(squares / windowReadings), least));
    features.push(squash(move, 5 * least), longest);
  }
  features.push(window.filter((row) => row.humidity === null).length);
  return features;
}

/**
 * Isolation forest on the shape of each mote's last 12 readings. It is grown after the first 110
 * readings of each of four motes and again after as many, always on the last 2,000 windows of all
 * motes. `threshold` is the forest's score.
 */
export function create({ threshold = 0.52 } = {}) {
  const random = mulberry32(seed);
  const windows = new Map();
  const learnt = [];
  let forest = null;
  let rows = 0;
  return {
    observe(row) {
      const window = windows.get(row.mote_id) ?? [];
      windows.set(row.mote_id, window);
      window.push(row);
      rows += 1;
      if (window.length > windowReadings) window.shift();
      if (window.length < windowReadings) return { flag: 0, score: 0 };
      const point = describe(window);
      learnt.push(point);
      if (learnt.length > learnWindowsMost) learnt.shift();
      if (rows % growRows === 0) forest = growForest(learnt, random);
      const score = forest === null ? 0 : forest(point);
      return { flag: score > threshold ? 1 : 0, score };
    },
  };
}
