const channels = ['humidity', 'temperature'];
const windowReadings = 12;
const learnReadings = 110;
const treeCount = 60;
const sampleSize = 128;
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
  const depthMost = Math.ceil(Math.log2(sampleSize));
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

/** Isolation forest (Liu, Ting and Zhou, ICDM 2008): scores near 1 are isolated fast, near 0.5 are ordinary. */
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
    return 2 ** (-depths / treeCount / normal);
  };
}

/** What a window of 12 readings looks like: largest step, spread of steps, net move, lost readings. */
function describe(window) {
  const features = [];
  for (const name of channels) {
    const values = window.map((row) => row[name]).filter((value) => value !== null);
    let largest = 0;
    let total = 0;
    let still = 0;
    for (let index = 1; index < values.length; index += 1) {
      const step = Math.abs(values[index] - values[index - 1]);
      largest = Math.max(largest, step);
      total += step;
      if (step === 0) still += 1;
    }
    const move = values.length === 0 ? 0 : Math.abs(values.at(-1) - values[0]);
    features.push(largest, total, move, still);
  }
  features.push(window.filter((row) => row.humidity === null).length);
  return features;
}

/**
 * Isolation forest on the shape of each mote's last 12 readings, grown once, after the first 110 readings of each mote, on the
 * windows of all motes until then. `threshold` is the forest's score.
 */
export function create({ threshold = 0.68 } = {}) {
  const random = mulberry32(seed);
  const motes = new Map();
  const learnt = [];
  let forest = null;
  return {
    observe(row) {
      const mote = motes.get(row.mote_id) ?? { window: [], readings: 0 };
      motes.set(row.mote_id, mote);
      mote.window.push(row);
      mote.readings += 1;
      if (mote.window.length > windowReadings) mote.window.shift();
      if (mote.window.length < windowReadings) return { flag: 0, score: 0 };
      const point = describe(mote.window);
      if (forest === null) {
        learnt.push(point);
        if (mote.readings >= learnReadings) forest = growForest(learnt, random);
        return { flag: 0, score: 0 };
      }
      const score = forest(point);
      return { flag: score > threshold ? 1 : 0, score };
    },
  };
}
