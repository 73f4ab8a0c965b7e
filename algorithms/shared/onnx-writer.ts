/** Writes small networks as ONNX (https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto): float tensors only. */

export type OnnxNode = {
  operator: string;
  inputs: readonly string[];
  /** Its name, or their names. */
  output: string | readonly string[];
  /** Whole numbers, or lists of them; `floats` are of 32 bits. */
  attributes?: Readonly<Record<string, number | readonly number[]>>;
  floats?: Readonly<Record<string, number>>;
};

/** A dimension that is a text is named, and of any size. */
export type OnnxPort = { name: string; shape: readonly (number | string)[] };
export type OnnxWeights = { name: string; shape: readonly number[]; data: Float32Array };

export type OnnxGraph = {
  producer: string;
  inputs: readonly OnnxPort[];
  outputs: readonly OnnxPort[];
  nodes: readonly OnnxNode[];
  weights: readonly OnnxWeights[];
};

const IR_VERSION = 8;
const OPERATOR_SET = 17;
const FLOAT = 1;
const [REAL, INT, INTS] = [1, 2, 7];

export function writeOnnx({ producer, inputs, outputs, nodes, weights }: OnnxGraph): Uint8Array {
  const graph = Buffer.concat([
    ...nodes.map((node) => message(1, nodeBytes(node))),
    text(2, 'graph'),
    ...weights.map((each) => message(5, weightBytes(each))),
    ...inputs.map((port) => message(11, portBytes(port))),
    ...outputs.map((port) => message(12, portBytes(port))),
  ]);
  return Buffer.concat([
    number(1, IR_VERSION),
    text(2, producer),
    message(7, graph),
    message(8, Buffer.concat([text(1, ''), number(2, OPERATOR_SET)])),
  ]);
}

function nodeBytes(node: OnnxNode): Uint8Array {
  const { operator, inputs, output, attributes = {}, floats = {} } = node;
  const named = Object.entries(attributes).map(([name, value]) => {
    const values =
      typeof value === 'number'
        ? [number(3, value), number(20, INT)]
        : [...value.map((each) => number(8, each)), number(20, INTS)];
    return message(5, Buffer.concat([text(1, name), ...values]));
  });
  const reals = Object.entries(floats).map(([name, value]) => {
    const bytes = Buffer.from(Float32Array.of(value).buffer);
    // Field 2 with the wire type of 32 bits.
    const field = Buffer.concat([Buffer.of(2 * 8 + 5), bytes]);
    return message(5, Buffer.concat([text(1, name), field, number(20, REAL)]));
  });
  const outputs = typeof output === 'string' ? [output] : output;
  const ports = [...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name))];
  return Buffer.concat([...ports, text(4, operator), ...named, ...reals]);
}

function weightBytes({ name, shape, data }: OnnxWeights): Uint8Array {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const head = [...shape.map((size) => number(1, size)), number(2, FLOAT), text(8, name)];
  return Buffer.concat([...head, message(9, raw)]);
}

function portBytes({ name, shape }: OnnxPort): Uint8Array {
  const dimensions = shape.map((size) =>
    message(1, typeof size === 'number' ? number(1, size) : text(2, size)),
  );
  const tensor = Buffer.concat([number(1, FLOAT), message(2, Buffer.concat(dimensions))]);
  return Buffer.concat([text(1, name), message(2, message(1, tensor))]);
}

const message = (field: number, bytes: Uint8Array) =>
  Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
const text = (field: number, value: string) => message(field, Buffer.from(value));
const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Uint8Array.from([...bytes, left]);
}
