import type { OnnxDescription, StoredFinding, Tensor } from './findings-entities.ts';
import { escapesFolder } from './format-names.ts';
import { createProtobufReader, type Field, type ProtobufReader } from './format-protobuf.ts';
import { type ByteSource, Cursor, countOf, Malformed, TooComplex } from './format-source.ts';

/**
 * Describes an ONNX model without loading it. Numbers of fields and types follow
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.in.proto (read at onnx 1.23).
 */

/** By number of `TensorProto.DataType`, with the bits of one element; none for text. */
const TYPES: readonly (readonly [string, number])[] = [
  ['undefined', 0],
  ['float32', 32],
  ['uint8', 8],
  ['int8', 8],
  ['uint16', 16],
  ['int16', 16],
  ['int32', 32],
  ['int64', 64],
  ['string', 0],
  ['bool', 8],
  ['float16', 16],
  ['float64', 64],
  ['uint32', 32],
  ['uint64', 64],
  ['complex64', 64],
  ['complex128', 128],
  ['bfloat16', 16],
  ['float8e4m3fn', 8],
  ['float8e4m3fnuz', 8],
  ['float8e5m2', 8],
  ['float8e5m2fnuz', 8],
  ['uint4', 4],
  ['int4', 4],
  ['float4e2m1', 4],
  ['float8e8m0', 8],
  ['uint2', 2],
  ['int2', 2],
];

/** What ONNX itself and ONNX Runtime bring along; operators of other domains are code of somebody's. */
const KNOWN_DOMAINS = new Set([
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.training',
  'ai.onnx.preview.training',
  'com.microsoft',
  'com.microsoft.nchwc',
]);

/** Fields of ModelProto, with the type that each has on the wire. */
const MODEL_FIELDS: Readonly<Record<number, Field['kind']>> = {
  1: 'varint',
  2: 'bytes',
  3: 'bytes',
  4: 'bytes',
  5: 'varint',
  6: 'bytes',
  7: 'bytes',
  8: 'bytes',
  14: 'bytes',
  20: 'bytes',
  25: 'bytes',
  26: 'bytes',
};

const GRAPH_DEPTH_MAX = 32;
const NAMES_MAX = 500_000;
const LISTED_MAX = 1_000;
const DIMENSIONS_MAX = 64;

/** Whether the outermost fields are those of a model with a graph. ONNX has no magic bytes. */
export function looksLikeOnnx(source: ByteSource): boolean {
  const reader = createProtobufReader(new Cursor(source), { fieldsMax: 20_000 });
  const seen = new Set<number>();
  try {
    for (const field of reader.fields(0, source.sizeBytes)) {
      if (MODEL_FIELDS[field.number] !== field.kind) return false;
      if (field.number === 1 && field.kind === 'varint' && field.value > 1_000n) return false;
      seen.add(field.number);
    }
  } catch (error) {
    if (error instanceof Malformed || error instanceof TooComplex) return false;
    throw error;
  }
  return seen.has(1) && seen.has(7);
}

type State = {
  reader: ProtobufReader;
  operators: Map<string, { domain: string; name: string; count: number }>;
  nodesCount: number;
  parametersCount: bigint;
  parametersBytes: bigint;
  namesCount: number;
  externalFiles: Set<string>;
  escapes: Set<string>;
  /** `domain:name` of functions that the model brings along. */
  functions: Set<string>;
};

type Described = { description: OnnxDescription; findings: StoredFinding[] };

/** Throws `Malformed` and `TooComplex`. */
export function describeOnnx(source: ByteSource): Described {
  const state: State = {
    reader: createProtobufReader(new Cursor(source)),
    ...{ operators: new Map(), nodesCount: 0, parametersCount: 0n, parametersBytes: 0n },
    ...{ namesCount: 0, externalFiles: new Set(), escapes: new Set(), functions: new Set() },
  };
  const { reader } = state;
  const description: OnnxDescription = {
    ...{ kind: 'onnx', irVersion: 0, producer: '', opsets: [], inputs: [], outputs: [] },
    ...{ operators: [], nodesCount: 0, parametersCount: 0, parametersBytes: 0 },
    ...{ functionsCount: 0, externalFiles: [], customDomains: [], metadata: [] },
  };
  const producer = ['', ''];
  for (const field of reader.fields(0, source.sizeBytes)) {
    const { number } = field;
    if (number === 1 && field.kind === 'varint') description.irVersion = countOf(field.value);
    if (number === 2) producer[0] = reader.text(field);
    if (number === 3) producer[1] = reader.text(field);
    if (number === 7) Object.assign(description, readGraph(state, field, 0));
    if (number === 8) description.opsets.push(readOpset(reader, field));
    if (number === 14) readMetadata(reader, field, description.metadata);
    if (number === 25) readFunction(state, field);
  }
  const operators = [...state.operators.values()].sort(
    (one, other) => other.count - one.count || (one.name < other.name ? -1 : 1),
  );
  const custom = operators.filter(
    ({ domain, name }) => !KNOWN_DOMAINS.has(domain) && !state.functions.has(`${domain}:${name}`),
  );
  Object.assign(description, {
    producer: producer.filter(Boolean).join(' '),
    operators: operators.slice(0, LISTED_MAX),
    nodesCount: state.nodesCount,
    parametersCount: countOf(state.parametersCount),
    parametersBytes: countOf(state.parametersBytes),
    functionsCount: state.functions.size,
    externalFiles: [...state.externalFiles],
    customDomains: [...new Set(custom.map(({ domain }) => domain))],
  });
  return { description, findings: findingsOf(state, custom) };
}

function findingsOf(
  state: State,
  custom: readonly { domain: string; name: string }[],
): StoredFinding[] {
  const findings: StoredFinding[] = [];
  if (state.escapes.size > 0) {
    findings.push({ code: 'external_path_escape', details: [...state.escapes].slice(0, 10) });
  }
  if (custom.length > 0) {
    const details = custom.slice(0, 10).map(({ domain, name }) => `${domain}:${name}`);
    findings.push({ code: 'custom_operators', details });
  }
  return findings;
}

function readOpset(reader: ProtobufReader, parent: Field) {
  const opset = { domain: 'ai.onnx', version: 0 };
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 1) opset.domain = reader.text(field) || 'ai.onnx';
    if (field.number === 2 && field.kind === 'varint') opset.version = countOf(field.value);
  }
  return opset;
}

function readMetadata(
  reader: ProtobufReader,
  parent: Field,
  metadata: { key: string; value: string }[],
): void {
  if (metadata.length >= 100) return;
  const pair = { key: '', value: '' };
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 1) pair.key = reader.text(field);
    if (field.number === 2) pair.value = reader.text(field, 500);
  }
  metadata.push(pair);
}

/** Counts what a graph and those within it hold; gives inputs and outputs of this one. */
function readGraph(state: State, parent: Field, depth: number) {
  if (depth > GRAPH_DEPTH_MAX) throw new TooComplex('its graphs are nested too deeply');
  const { reader } = state;
  const inputs: Tensor[] = [];
  const outputs: Tensor[] = [];
  const constants = new Set<string>();
  for (const field of reader.fields(parent.start, parent.end)) {
    const { number } = field;
    if (number === 1) readNode(state, field, depth);
    if (number === 5) constants.add(readInitializer(state, field));
    if (number === 15) readSparse(state, field);
    if (number === 11 && inputs.length < NAMES_MAX) inputs.push(readValue(reader, field));
    if (number === 12 && outputs.length < LISTED_MAX) outputs.push(readValue(reader, field));
  }
  return {
    // Up to IR version 3 initial values are repeated among the inputs.
    inputs: inputs.filter(({ name }) => !constants.has(name)).slice(0, LISTED_MAX),
    outputs,
  };
}

function readNode(state: State, parent: Field, depth: number): void {
  const { reader } = state;
  let name = '';
  let domain = 'ai.onnx';
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 4) name = reader.text(field);
    if (field.number === 7) domain = reader.text(field) || 'ai.onnx';
    if (field.number === 5) readAttribute(state, field, depth);
  }
  state.nodesCount += 1;
  const key = `${domain}:${name}`;
  const known = state.operators.get(key);
  if (known) known.count += 1;
  else if (state.operators.size < NAMES_MAX) state.operators.set(key, { domain, name, count: 1 });
}

/** Attributes may hold graphs (of If and Loop) and tensors (of Constant), which are parameters like any other. */
function readAttribute(state: State, parent: Field, depth: number): void {
  for (const field of state.reader.fields(parent.start, parent.end)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === 6 || field.number === 11) readGraph(state, field, depth + 1);
    if (field.number === 5 || field.number === 10) readInitializer(state, field);
    if (field.number === 22 || field.number === 23) readSparse(state, field);
  }
}

function readFunction(state: State, parent: Field): void {
  const { reader } = state;
  let name = '';
  let domain = 'ai.onnx';
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 1) name = reader.text(field);
    if (field.number === 10) domain = reader.text(field) || 'ai.onnx';
    if (field.number === 7) readNode(state, field, 0);
  }
  if (state.functions.size < NAMES_MAX) state.functions.add(`${domain}:${name}`);
}

function readSparse(state: State, parent: Field): void {
  for (const field of state.reader.fields(parent.start, parent.end)) {
    if (field.number === 1) readInitializer(state, field);
    if (field.number === 2) readTensor(state, field);
  }
}

function readInitializer(state: State, field: Field): string {
  const { name, elements, bytes } = readTensor(state, field);
  state.parametersCount += elements;
  state.parametersBytes += bytes;
  state.namesCount += 1;
  if (state.namesCount > NAMES_MAX) throw new TooComplex('it has too many tensors');
  return name;
}

function readTensor(state: State, parent: Field) {
  const { reader } = state;
  const dimensions: bigint[] = [];
  let type = 0;
  let name = '';
  let rawBytes: number | null = null;
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 1) {
      for (const size of reader.integers(field)) {
        if (size < 0n) throw new Malformed('a tensor has a negative size');
        dimensions.push(size);
        if (dimensions.length > DIMENSIONS_MAX) throw new Malformed('a tensor has no end of sizes');
      }
    }
    if (field.number === 2 && field.kind === 'varint') type = countOf(field.value);
    if (field.number === 8) name = reader.text(field);
    if (field.number === 9) rawBytes = field.end - field.start;
    if (field.number === 13) readExternal(state, field);
  }
  const elements = dimensions.reduce((product, size) => product * size, 1n);
  const bytes = (elements * BigInt(TYPES[type]?.[1] ?? 0) + 7n) / 8n;
  if (rawBytes !== null && rawBytes > 0 && bytes > 0n && BigInt(rawBytes) !== bytes) {
    throw new Malformed('the bytes of a tensor do not match its shape');
  }
  return { name, elements, bytes };
}

/** Where the bytes of a tensor lie in another file: its path must stay beside the model. */
function readExternal(state: State, parent: Field): void {
  const { reader } = state;
  let key = '';
  let value = '';
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 1) key = reader.text(field);
    if (field.number === 2) value = reader.text(field, 500);
  }
  if (key !== 'location') return;
  if (state.externalFiles.size < LISTED_MAX) state.externalFiles.add(value);
  if (escapesFolder(value) && state.escapes.size < LISTED_MAX) state.escapes.add(value);
}

function readValue(reader: ProtobufReader, parent: Field): Tensor {
  const value: Tensor = { name: '', dtype: 'undefined', shape: [] };
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 1) value.name = reader.text(field);
    if (field.number === 2) Object.assign(value, readType(reader, field, 0));
  }
  return value;
}

/** TypeProto: a tensor, or what holds some. */
function readType(reader: ProtobufReader, parent: Field, depth: number): Partial<Tensor> {
  if (depth > GRAPH_DEPTH_MAX) throw new TooComplex('its types are nested too deeply');
  const holders: Readonly<Record<number, string>> = { 4: 'sequence', 5: 'map', 9: 'optional' };
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === 1 || field.number === 8) return readTensorType(reader, field);
    const holder = holders[field.number];
    if (holder === undefined) continue;
    for (const inner of reader.fields(field.start, field.end)) {
      const isType = inner.kind === 'bytes' && (inner.number === 1 || inner.number === 2);
      if (!isType) continue;
      const { dtype = 'undefined', shape = [] } = readType(reader, inner, depth + 1);
      return { dtype: `${holder}(${dtype})`, shape };
    }
  }
  return {};
}

function readTensorType(reader: ProtobufReader, parent: Field): Partial<Tensor> {
  const type: Partial<Tensor> = {};
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 1 && field.kind === 'varint') {
      type.dtype = TYPES[Number(field.value)]?.[0] ?? `type ${field.value}`;
    }
    if (field.number !== 2) continue;
    type.shape = [];
    for (const dimension of reader.fields(field.start, field.end)) {
      if (dimension.number === 1) type.shape.push(readDimension(reader, dimension));
      if (type.shape.length > DIMENSIONS_MAX) throw new Malformed('a shape has no end of sizes');
    }
  }
  return type;
}

function readDimension(reader: ProtobufReader, parent: Field): number | string | null {
  let dimension: number | string | null = null;
  for (const field of reader.fields(parent.start, parent.end)) {
    if (field.number === 1 && field.kind === 'varint') {
      const size = BigInt.asIntN(64, field.value);
      // Some exporters write -1 where a size is open.
      dimension = size < 0n ? null : countOf(size);
    }
    if (field.number === 2) dimension = reader.text(field) || null;
  }
  return dimension;
}
