/**
 * A network for pictures of 28 × 28 (Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998,
 * with rectified units and pooling by the largest): two layers of 5 × 5 filters and two full ones, 20,522 weights.
 * For training: forward and backward of one picture at a time.
 */

export const SIDE = 28;
const FILTER = 5;

type Filters = { kind: 'filters'; from: number; to: number; side: number };
type Full = { kind: 'full'; from: number; to: number; last: boolean };
export type Layer = (Filters | Full) & { weights: Float32Array; biases: Float32Array };

/** A deterministic number from 0 to 1 each time (mulberry32, T. Ettinger, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Weights as K. He et al. begin with them ("Delving Deep into Rectifiers", 2015). */
export function newLayers(random: () => number): readonly Layer[] {
  const started = <T extends Filters | Full>(layer: T, inputs: number, weights: number) => ({
    ...layer,
    weights: Float32Array.from({ length: weights }, () => normal(random) * Math.sqrt(2 / inputs)),
    biases: new Float32Array(layer.to),
  });
  const filters = (from: number, to: number, side: number) =>
    started({ kind: 'filters', from, to, side }, from * FILTER ** 2, from * to * FILTER ** 2);
  const full = (from: number, to: number, last: boolean) =>
    started({ kind: 'full', from, to, last }, from, from * to);
  return [filters(1, 8, SIDE), filters(8, 16, 12), full(256, 64, false), full(64, 10, true)];
}

/** What a layer gave, with where each pooled value came from. */
type Step = { input: Float32Array; output: Float32Array; origin: Int32Array | null };

export function forward(layers: readonly Layer[], picture: Float32Array): readonly Step[] {
  const steps: Step[] = [];
  let input = picture;
  for (const layer of layers) {
    const step = layer.kind === 'filters' ? filtered(layer, input) : fulled(layer, input);
    steps.push(step);
    input = step.output;
  }
  return steps;
}

/** Filters without a border, rectified, the largest of each 2 × 2. */
function filtered({ from, to, side, weights, biases }: Layer & Filters, input: Float32Array): Step {
  const wide = side - FILTER + 1;
  const half = wide / 2;
  const output = new Float32Array(to * half * half);
  const origin = new Int32Array(output.length).fill(-1);
  const plane = new Float32Array(wide * wide);
  for (let out = 0; out < to; out += 1) {
    plane.fill(biases[out] ?? 0);
    for (let each = 0; each < from * FILTER * FILTER; each += 1) {
      const weight = weights[out * from * FILTER * FILTER + each] ?? 0;
      const start = placeOf(each, side);
      for (let y = 0; y < wide; y += 1) {
        for (let x = 0, at = y * wide, of = start + y * side; x < wide; x += 1, at += 1, of += 1) {
          plane[at] = (plane[at] ?? 0) + weight * (input[of] ?? 0);
        }
      }
    }
    for (let y = 0; y < wide; y += 1) {
      for (let x = 0; x < wide; x += 1) {
        const value = plane[y * wide + x] ?? 0;
        const at = (out * half + (y >> 1)) * half + (x >> 1);
        if (value > (output[at] ?? 0)) {
          output[at] = value;
          origin[at] = y * wide + x;
        }
      }
    }
  }
  return { input, output, origin };
}

/** Where in the input the filter's value `each` first lies. */
const placeOf = (each: number, side: number) => {
  const [plane, within] = [Math.floor(each / FILTER ** 2), each % FILTER ** 2];
  return plane * side * side + Math.floor(within / FILTER) * side + (within % FILTER);
};

function fulled({ from, to, last, weights, biases }: Layer & Full, input: Float32Array): Step {
  const output = new Float32Array(to);
  for (let out = 0; out < to; out += 1) {
    let sum = biases[out] ?? 0;
    for (let at = 0, of = out * from; at < from; at += 1, of += 1) {
      sum += (weights[of] ?? 0) * (input[at] ?? 0);
    }
    output[out] = last ? sum : Math.max(0, sum);
  }
  return { input, output, origin: null };
}

/** Shares of one, by the exponential. */
export function shares(values: Float32Array): Float32Array {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

export type Gradient = { weights: Float32Array; biases: Float32Array };

/** Adds to `gradients` what the loss (cross-entropy of the last output) changes with; gives the loss. */
export function backward(
  layers: readonly Layer[],
  steps: readonly Step[],
  label: number,
  gradients: readonly Gradient[],
): number {
  const last = shares(steps.at(-1)?.output ?? new Float32Array(0));
  const loss = -Math.log(Math.max(1e-12, last[label] ?? 0));
  last[label] = (last[label] ?? 0) - 1;
  let slope: Float32Array = last;
  for (const [index, layer] of [...layers.entries()].toReversed()) {
    const [step, gradient] = [steps[index], gradients[index]];
    if (step === undefined || gradient === undefined) continue;
    slope =
      layer.kind === 'filters'
        ? backFiltered(layer, step, slope, gradient)
        : backFulled(layer, step, slope, gradient);
  }
  return loss;
}

function backFiltered(
  { from, to, side, weights }: Layer & Filters,
  { input, output, origin }: Step,
  slope: Float32Array,
  gradient: Gradient,
): Float32Array {
  const before = new Float32Array(input.length);
  const wide = side - FILTER + 1;
  const half = output.length / to;
  for (let at = 0; at < output.length; at += 1) {
    const [value, place] = [slope[at] ?? 0, origin?.[at] ?? -1];
    if (value === 0 || place < 0) continue;
    const out = Math.floor(at / half);
    const shift = Math.floor(place / wide) * side + (place % wide);
    gradient.biases[out] = (gradient.biases[out] ?? 0) + value;
    for (let each = 0; each < from * FILTER * FILTER; each += 1) {
      const weight = out * from * FILTER * FILTER + each;
      const of = placeOf(each, side) + shift;
      gradient.weights[weight] = (gradient.weights[weight] ?? 0) + value * (input[of] ?? 0);
      before[of] = (before[of] ?? 0) + value * (weights[weight] ?? 0);
    }
  }
  return before;
}

function backFulled(
  { from, to, last, weights }: Layer & Full,
  { input, output }: Step,
  slope: Float32Array,
  gradient: Gradient,
): Float32Array {
  const before = new Float32Array(from);
  for (let out = 0; out < to; out += 1) {
    const value = last || (output[out] ?? 0) > 0 ? (slope[out] ?? 0) : 0;
    if (value === 0) continue;
    gradient.biases[out] = (gradient.biases[out] ?? 0) + value;
    for (let at = 0, of = out * from; at < from; at += 1, of += 1) {
      gradient.weights[of] = (gradient.weights[of] ?? 0) + value * (input[at] ?? 0);
      before[at] = (before[at] ?? 0) + value * (weights[of] ?? 0);
    }
  }
  return before;
}

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
