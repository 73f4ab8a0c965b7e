import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOnnx } from '../shared/onnx-writer.ts';
import { digitData } from './digit-data.ts';
import {
  backward,
  forward,
  type Gradient,
  type Layer,
  newLayers,
  randomFrom,
  SIDE,
} from './digit-network.ts';
import { writeDigitSuite } from './digit-suite.ts';

/**
 * Makes weights/digits.onnx, the suite and the samples; the same each time. Run by hand, some minutes:
 * `node algorithms/read-digits/train.ts`.
 */
const EPOCHS = 18;
const BATCH = 16;
const RATE = 0.03;
const MOMENTUM = 0.9;
const DECAY = 1e-4;

async function train(folder: string): Promise<void> {
  const { training, heldOut } = await digitData();
  const random = randomFrom(20_261_124);
  const layers = newLayers(random);
  const speeds = layers.map(emptyGradient);
  const steps = EPOCHS * Math.floor(training.length / BATCH);
  let step = 0;
  for (let epoch = 1; epoch <= EPOCHS; epoch += 1) {
    const order = shuffled(training, random);
    let loss = 0;
    for (let first = 0; first + BATCH <= order.length; first += BATCH) {
      const gradients = layers.map(emptyGradient);
      for (const { label, picture } of order.slice(first, first + BATCH)) {
        const seen = forward(layers, moved(picture, random));
        loss += backward(layers, seen, label, gradients);
      }
      // From RATE down to 0 along half a cosine.
      const rate = (RATE * (1 + Math.cos((Math.PI * step) / steps))) / 2;
      layers.forEach((layer, index) => {
        change(layer, gradients[index], speeds[index], rate);
      });
      step += 1;
    }
    const right = heldOut.filter(({ label, picture }) => guess(layers, picture) === label).length;
    const line = `${epoch}: loss ${(loss / order.length).toFixed(4)}`;
    process.stdout.write(`${line}, right ${right} of ${heldOut.length}\n`);
  }
  await mkdir(join(folder, 'weights'), { recursive: true });
  await writeFile(join(folder, 'weights', 'digits.onnx'), asOnnx(layers));
  await writeDigitSuite(folder, heldOut);
}

const emptyGradient = ({ weights, biases }: Layer): Gradient => ({
  weights: new Float32Array(weights.length),
  biases: new Float32Array(biases.length),
});

function change(layer: Layer, gradient?: Gradient, speed?: Gradient, rate = 0): void {
  for (const part of ['weights', 'biases'] as const) {
    const [values, slopes, speeds] = [layer[part], gradient?.[part], speed?.[part]];
    if (slopes === undefined || speeds === undefined) continue;
    for (let at = 0; at < values.length; at += 1) {
      const slope = (slopes[at] ?? 0) / BATCH + DECAY * (values[at] ?? 0);
      const next = MOMENTUM * (speeds[at] ?? 0) - rate * slope;
      speeds[at] = next;
      values[at] = (values[at] ?? 0) + next;
    }
  }
}

/** Turned by up to 12°, up to a tenth larger or smaller, leaning, and moved by up to a pixel. */
function moved(picture: Float32Array, random: () => number): Float32Array {
  const within = (reach: number) => (random() * 2 - 1) * reach;
  const [angle, scale, lean] = [within(0.21), 1 + within(0.1), within(0.15)];
  const [shiftX, shiftY, middle] = [within(1), within(1), (SIDE - 1) / 2];
  const [cosine, sine] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  const pixel = (x: number, y: number) =>
    x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : (picture[y * SIDE + x] ?? 0);
  return picture.map((_, at) => {
    const [u, v] = [(at % SIDE) - middle - shiftX, Math.floor(at / SIDE) - middle - shiftY];
    const x = u * cosine - v * sine + v * lean + middle;
    const y = u * sine + v * cosine + middle;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [shareX, shareY] = [x - left, y - top];
    const upper = pixel(left, top) * (1 - shareX) + pixel(left + 1, top) * shareX;
    const lower = pixel(left, top + 1) * (1 - shareX) + pixel(left + 1, top + 1) * shareX;
    return upper * (1 - shareY) + lower * shareY;
  });
}

function guess(layers: readonly Layer[], picture: Float32Array): number {
  const output = forward(layers, picture).at(-1)?.output ?? new Float32Array(0);
  return output.indexOf(Math.max(...output));
}

/** R. A. Fisher and F. Yates, in D. Knuth's form. */
function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  const order = [...values];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [order[last], order[other]];
    if (a !== undefined && b !== undefined) [order[last], order[other]] = [b, a];
  }
  return order;
}

function asOnnx(layers: readonly Layer[]): Uint8Array {
  const [first, second, third, fourth] = layers;
  if (!first || !second || !third || !fourth) throw new Error('the network has four layers');
  const filters = ({ from, to, weights }: Layer, name: string) => ({
    name,
    shape: [to, from, 5, 5],
    data: weights,
  });
  const full = ({ from, to, weights }: Layer, name: string) => ({
    name,
    shape: [to, from],
    data: weights,
  });
  const biases = (layer: Layer, name: string) => ({
    name,
    shape: [layer.to],
    data: layer.biases,
  });
  const pool = { kernel_shape: [2, 2], strides: [2, 2] };
  const transposed = { attributes: { transB: 1 } };
  return writeOnnx({
    producer: 'touyan',
    inputs: [{ name: 'picture', shape: ['pictures', 1, SIDE, SIDE] }],
    outputs: [{ name: 'shares', shape: ['pictures', 10] }],
    nodes: [
      { operator: 'Conv', inputs: ['picture', 'w1', 'b1'], output: 'c1' },
      { operator: 'Relu', inputs: ['c1'], output: 'r1' },
      { operator: 'MaxPool', inputs: ['r1'], output: 'p1', attributes: pool },
      { operator: 'Conv', inputs: ['p1', 'w2', 'b2'], output: 'c2' },
      { operator: 'Relu', inputs: ['c2'], output: 'r2' },
      { operator: 'MaxPool', inputs: ['r2'], output: 'p2', attributes: pool },
      { operator: 'Flatten', inputs: ['p2'], output: 'flat' },
      { operator: 'Gemm', inputs: ['flat', 'w3', 'b3'], output: 'f3', ...transposed },
      { operator: 'Relu', inputs: ['f3'], output: 'r3' },
      { operator: 'Gemm', inputs: ['r3', 'w4', 'b4'], output: 'f4', ...transposed },
      { operator: 'Softmax', inputs: ['f4'], output: 'shares' },
    ],
    weights: [
      ...[filters(first, 'w1'), biases(first, 'b1'), filters(second, 'w2'), biases(second, 'b2')],
      ...[full(third, 'w3'), biases(third, 'b3'), full(fourth, 'w4'), biases(fourth, 'b4')],
    ],
  });
}

await train(import.meta.dirname);
