/**
 * Writes small ONNX files for tests (https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto): only the fields
 * that they need.
 */

/** https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto, TensorProto.DataType */
const elements = {
  ...{ FP32: 1, UINT8: 2, INT8: 3, UINT16: 4, INT16: 5, INT32: 6, INT64: 7, BYTES: 8, BOOL: 9 },
  ...{ FP16: 10, FP64: 11, UINT32: 12, UINT64: 13 },
} as const;

export type OnnxElement = keyof typeof elements;

/** A dimension that is a text is named, and of any size. */
export type OnnxPort = {
  name: string;
  type: OnnxElement;
  shape: readonly (number | string)[];
};

export type OnnxNode = {
  operator: string;
  inputs: readonly string[];
  outputs: readonly string[];
  domain?: string;
  attributes?: Readonly<Record<string, number>>;
};

/** Weights: their bytes, or where they lie outside of the file. */
export type OnnxWeights = {
  name: string;
  shape: readonly number[];
  data: Float32Array | { location: string };
};

export type OnnxGraph = {
  inputs: readonly OnnxPort[];
  outputs: readonly OnnxPort[];
  nodes: readonly OnnxNode[];
  weights?: readonly OnnxWeights[];
};

const IR_VERSION = 8;
const OPERATOR_SET = 17;

export function onnxFile({ inputs, outputs, nodes, weights = [] }: OnnxGraph): Buffer {
  const graph = Buffer.concat([
    ...nodes.map((node) => message(1, nodeBytes(node))),
    text(2, 'graph'),
    ...weights.map((each) => message(5, weightBytes(each))),
    ...inputs.map((port) => message(11, portBytes(port))),
    ...outputs.map((port) => message(12, portBytes(port))),
  ]);
  const opset = Buffer.concat([text(1, ''), number(2, OPERATOR_SET)]);
  return Buffer.concat([
    number(1, IR_VERSION),
    text(2, 'touyan-test'),
    message(7, graph),
    message(8, opset),
  ]);
}

/** Adds and subtracts, row by row: INPUT0, INPUT1 INT32 [any, 16] to OUTPUT0, OUTPUT1. */
export function sumAndDifference(): Buffer {
  const port = (name: string): OnnxPort => ({ name, type: 'INT32', shape: ['rows', 16] });
  const inputs = ['INPUT0', 'INPUT1'];
  return onnxFile({
    inputs: inputs.map(port),
    outputs: ['OUTPUT0', 'OUTPUT1'].map(port),
    nodes: [
      { operator: 'Add', inputs, outputs: ['OUTPUT0'] },
      { operator: 'Sub', inputs, outputs: ['OUTPUT1'] },
    ],
  });
}

/**
 * Of one picture FP32 [1, 1, 28, 28], the brightness of ten bands of its pixels: as digit readers are shaped, with
 * an answer that is easy to compute.
 */
export function tenBands(): Buffer {
  const pixels = 28 * 28;
  const data = new Float32Array(pixels * 10);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    data[pixel * 10 + Math.floor((pixel * 10) / pixels)] = 1;
  }
  return onnxFile({
    inputs: [{ name: 'Input3', type: 'FP32', shape: [1, 1, 28, 28] }],
    outputs: [{ name: 'Plus214_Output_0', type: 'FP32', shape: [1, 10] }],
    nodes: [
      { operator: 'Flatten', inputs: ['Input3'], outputs: ['flat'], attributes: { axis: 1 } },
      { operator: 'MatMul', inputs: ['flat', 'bands'], outputs: ['Plus214_Output_0'] },
    ],
    weights: [{ name: 'bands', shape: [pixels, 10], data }],
  });
}

/** Gives what it is given. */
export function identityModel(type: OnnxElement, shape: OnnxPort['shape']): Buffer {
  return onnxFile({
    inputs: [{ name: 'X', type, shape }],
    outputs: [{ name: 'Y', type, shape }],
    nodes: [{ operator: 'Identity', inputs: ['X'], outputs: ['Y'] }],
  });
}

/** Adds a row of FP32 whose values stand outside of the model, in a file beside it. */
export function externalModel(location: string, size: number): Buffer {
  const port = { type: 'FP32', shape: ['rows', size] } as const;
  return onnxFile({
    inputs: [{ name: 'X', ...port }],
    outputs: [{ name: 'Y', ...port }],
    nodes: [{ operator: 'Add', inputs: ['X', 'W'], outputs: ['Y'] }],
    weights: [{ name: 'W', shape: [size], data: { location } }],
  });
}

function nodeBytes({ operator, inputs, outputs, domain, attributes = {} }: OnnxNode): Buffer {
  const named = Object.entries(attributes).map(([name, value]) =>
    message(5, Buffer.concat([text(1, name), number(3, value), number(20, 2)])),
  );
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...named,
    ...(domain === undefined ? [] : [text(7, domain)]),
  ]);
}

function weightBytes({ name, shape, data }: OnnxWeights): Buffer {
  const head = [...shape.map((size) => number(1, size)), number(2, elements.FP32), text(8, name)];
  if (data instanceof Float32Array) {
    return Buffer.concat([...head, message(9, Buffer.from(data.buffer))]);
  }
  const bytes = shape.reduce((product, size) => product * size, 4);
  const places = { location: data.location, offset: '0', length: String(bytes) };
  const entries = Object.entries(places).map(([key, value]) =>
    message(13, Buffer.concat([text(1, key), text(2, value)])),
  );
  return Buffer.concat([...head, ...entries, number(14, 1)]);
}

function portBytes({ name, type, shape }: OnnxPort): Buffer {
  const dimensions = shape.map((size) =>
    message(1, typeof size === 'number' ? number(1, size) : text(2, size)),
  );
  const tensor = Buffer.concat([number(1, elements[type]), message(2, Buffer.concat(dimensions))]);
  return Buffer.concat([text(1, name), message(2, message(1, tensor))]);
}

const message = (field: number, bytes: Uint8Array) =>
  Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
const text = (field: number, value: string) => message(field, Buffer.from(value));
const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}
