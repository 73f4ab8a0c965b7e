import { isUtf8 } from 'node:buffer';
import type { ModelPort } from '#modules/compute';
import { servingErrors } from '../errors.ts';
import {
  countOf,
  type Datatype,
  datatypeOf,
  elementBytes,
  elementsOf,
  isDatatype,
  textEnds,
} from './datatypes.ts';
import { bytesOfJson } from './json.ts';

/**
 * Requests of the Open Inference Protocol V2 (github.com/kserve/open-inference-protocol,
 * specification/protocol/inference_rest.md), with binary tensors. Fields that nobody knows are ignored, as clients send such.
 */

export type ModelPorts = { inputs: readonly ModelPort[]; outputs: readonly ModelPort[] };

/** An input by its place in the model, with its bytes as they came. */
export type Tensor = { port: number; shape: readonly number[]; data: Buffer };

export type WantedOutput = { port: number; binary: boolean; classes: number | null };

export type InferRequest = {
  id: string | null;
  inputs: readonly Tensor[];
  outputs: readonly WantedOutput[];
};

const RANK_MAX = 16;
const ELEMENTS_MAX = 2 ** 31;
const ID_CHARACTERS_MAX = 1_000;
const TENSORS_MAX = 1_000;
const CLASSES_MAX = 1_000;

const refuse = (problem: string) => servingErrors.make.request_refused({ problem });

type JsonObject = { readonly [key: string]: unknown };

function objectOf(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw refuse(`${what} has to be an object`);
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw refuse(`${what} has to be a list`);
  if (value.length > TENSORS_MAX) throw refuse(`${what} has over ${TENSORS_MAX} entries`);
  return value;
}

/**
 * Reads a request for a model with these ports. `headBytes`: what `Inference-Header-Content-Length` says; null where
 * all of the body is JSON; 0 where it is one raw tensor. The tensors are slices of the body. Throws
 * `serving.request_refused`.
 */
export function parseInferRequest(
  body: Buffer,
  headBytes: number | null,
  ports: ModelPorts,
): InferRequest {
  if (headBytes === 0) return rawRequest(body, ports);
  const end = headBytes ?? body.length;
  if (end > body.length) throw refuse('the body is shorter than its JSON is said to be');
  const head = objectOf(parseJson(body.subarray(0, end)), 'the request');
  const id = head.id;
  if (id !== undefined && (typeof id !== 'string' || id.length > ID_CHARACTERS_MAX)) {
    throw refuse(`id has to be a text of up to ${ID_CHARACTERS_MAX} characters`);
  }
  const binaryAll = flag(parametersOf(head, 'the request').binary_data_output);
  return {
    id: id ?? null,
    inputs: parseInputs(head.inputs, body.subarray(end), ports.inputs),
    outputs: parseOutputs(head.outputs, binaryAll ?? false, ports.outputs),
  };
}

function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw refuse('the JSON is not UTF-8');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refuse('the request is no JSON');
  }
}

function parametersOf({ parameters }: JsonObject, what: string): JsonObject {
  return parameters === undefined ? {} : objectOf(parameters, `parameters of ${what}`);
}

function flag(value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw refuse('binary_data and binary_data_output are true or false');
}

function parseInputs(given: unknown, binary: Buffer, ports: readonly ModelPort[]): Tensor[] {
  let at = 0;
  const seen = new Set<number>();
  const tensors = listOf(given ?? [], 'inputs').map((one): Tensor => {
    const input = objectOf(one, 'an input');
    const port = placeOf(ports, input.name, 'input');
    const name = ports[port]?.name ?? '';
    if (seen.has(port)) throw refuse(`input '${name}' stands twice`);
    seen.add(port);
    const shape = shapeOf(input.shape, name);
    if (!isDatatype(input.datatype)) throw refuse(`input '${name}': no such datatype`);
    checkPort(ports[port], input.datatype, shape);
    const size = parametersOf(input, `input '${name}'`).binary_data_size;
    if (size === undefined) {
      if (!('data' in input)) throw refuse(`input '${name}' has no data`);
      return { port, shape, data: bytesOfJson(name, input.datatype, shape, input.data) };
    }
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw refuse(`input '${name}': binary_data_size is no number of bytes`);
    }
    if ('data' in input) throw refuse(`input '${name}' has data as JSON and as binary`);
    const data = binary.subarray(at, at + size);
    if (data.length !== size) throw refuse(`input '${name}': the body ends before its data`);
    at += size;
    checkBytes(name, input.datatype, shape, data);
    return { port, shape, data };
  });
  if (at !== binary.length) throw refuse('there are bytes after the last tensor');
  const missing = ports.find((_, place) => !seen.has(place));
  if (missing) throw refuse(`input '${missing.name}' is missing`);
  return tensors;
}

function placeOf(ports: readonly ModelPort[], name: unknown, what: string): number {
  const place = ports.findIndex((port) => port.name === name);
  if (place >= 0) return place;
  const known = ports.map((port) => port.name).join(', ');
  throw refuse(`the model has no ${what} '${String(name).slice(0, 100)}', but ${known}`);
}

function shapeOf(given: unknown, name: string): number[] {
  if (!Array.isArray(given) || given.length > RANK_MAX) {
    throw refuse(`input '${name}': shape has to be a list of up to ${RANK_MAX} numbers`);
  }
  const shape = given.map((size: unknown) => {
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
    throw refuse(`input '${name}': shape holds what is no size`);
  });
  if (countOf(shape) >= ELEMENTS_MAX) throw refuse(`input '${name}' has too many elements`);
  return shape;
}

function checkPort(port: ModelPort | undefined, datatype: Datatype, shape: readonly number[]) {
  if (!port) return;
  const wanted = datatypeOf(port.type);
  if (datatype !== wanted) {
    throw refuse(`input '${port.name}' is of the datatype ${wanted}, not ${datatype}`);
  }
  const fits =
    shape.length === port.shape.length &&
    shape.every((size, place) => port.shape[place] === -1 || port.shape[place] === size);
  if (fits) return;
  throw refuse(
    `input '${port.name}' has the shape [${port.shape.join(',')}], not [${shape.join(',')}]`,
  );
}

function checkBytes(name: string, datatype: Datatype, shape: readonly number[], data: Buffer) {
  const each = elementBytes(datatype);
  const count = countOf(shape);
  if (each !== null) {
    if (data.length !== count * each) {
      throw refuse(`input '${name}': ${data.length} bytes, but its shape has ${count * each}`);
    }
    if (datatype === 'BOOL' && data.some((value) => value > 1)) {
      throw refuse(`input '${name}': BOOL is 0 or 1`);
    }
    return;
  }
  const ends = textEnds(data, count);
  if (!ends) throw refuse(`input '${name}': its bytes are not ${count} elements with lengths`);
  if (!elementsOf(data, ends).every((text) => isUtf8(text))) {
    throw refuse(`input '${name}' holds text that is not UTF-8`);
  }
}

function parseOutputs(
  given: unknown,
  binaryAll: boolean,
  ports: readonly ModelPort[],
): WantedOutput[] {
  if (given === undefined || (Array.isArray(given) && given.length === 0)) {
    return ports.map((_, port) => ({ port, binary: binaryAll, classes: null }));
  }
  const seen = new Set<number>();
  return listOf(given, 'outputs').map((one) => {
    const output = objectOf(one, 'an output');
    const port = placeOf(ports, output.name, 'output');
    if (seen.has(port)) throw refuse(`output '${ports[port]?.name}' stands twice`);
    seen.add(port);
    const { binary_data: binary, classification } = parametersOf(output, 'an output');
    return { port, binary: flag(binary) ?? binaryAll, classes: classesOf(classification) };
  });
}

function classesOf(given: unknown): number | null {
  if (given === undefined || given === 0) return null;
  const whole = typeof given === 'number' && Number.isSafeInteger(given);
  if (whole && given > 0 && given <= CLASSES_MAX) return given;
  throw refuse(`classification is a number from 1 to ${CLASSES_MAX}`);
}

/** The body is the only tensor; its one variable dimension follows from its length, the first one aside, which is 1. */
function rawRequest(body: Buffer, { inputs, outputs }: ModelPorts): InferRequest {
  const [port] = inputs;
  if (!port || inputs.length !== 1) throw refuse('a raw request is for a model with one input');
  const datatype = datatypeOf(port.type);
  const shape = [...port.shape];
  if (shape.length > 1 && shape[0] === -1) shape[0] = 1;
  const variable = shape.filter((size) => size === -1).length;
  if (variable > 1) throw refuse('a raw request is for an input with one variable dimension');
  const each = elementBytes(datatype);
  let data = body;
  if (each === null) {
    // The whole body is the one element: its length is put before it.
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32LE(body.length);
    data = Buffer.concat([length, body]);
    if (shape.some((size) => size !== 1 && size !== -1)) {
      throw refuse('a raw request holds one element of BYTES');
    }
    shape.fill(1);
  } else {
    const fixed = countOf(shape.filter((size) => size !== -1));
    const free = fixed === 0 ? 0 : Math.floor(body.length / each / fixed);
    for (const [place, size] of shape.entries()) if (size === -1) shape[place] = free;
  }
  checkBytes(port.name, datatype, shape, data);
  return {
    id: null,
    inputs: [{ port: 0, shape, data }],
    outputs: outputs.map((_, place) => ({ port: place, binary: true, classes: null })),
  };
}
