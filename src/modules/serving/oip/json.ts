import { isUtf8 } from 'node:buffer';
import { servingErrors } from '../errors.ts';
import { countOf, type Datatype, elementsOf, numbersOf, textEnds } from './datatypes.ts';

/** Tensors as JSON, nested or flat (Open Inference Protocol V2, "Tensor Data"), and as bytes. */

const refuse = (problem: string) => servingErrors.make.request_refused({ problem });

const integers: Partial<Record<Datatype, readonly [number, number]>> = {
  UINT8: [0, 255],
  UINT16: [0, 65_535],
  UINT32: [0, 4_294_967_295],
  INT8: [-128, 127],
  INT16: [-32_768, 32_767],
  INT32: [-2_147_483_648, 2_147_483_647],
  // Beyond these JSON itself has rounded the number.
  UINT64: [0, Number.MAX_SAFE_INTEGER],
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/** The bytes of a tensor that came as JSON. Throws `serving.request_refused`, naming the input. */
export function bytesOfJson(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  data: unknown,
): Buffer {
  const flat = flattened(name, shape, data);
  if (datatype === 'FP16') {
    throw refuse(`input '${name}': FP16 has no JSON form, send it as binary data`);
  }
  if (datatype === 'BYTES') return textBytes(name, flat);
  if (datatype === 'BOOL') {
    const bytes = Buffer.allocUnsafe(flat.length);
    for (let place = 0; place < flat.length; place += 1) {
      const value = flat[place];
      if (value !== true && value !== false && value !== 0 && value !== 1) {
        throw element(name, place, 'true or false');
      }
      bytes[place] = value ? 1 : 0;
    }
    return bytes;
  }
  const bytes = Buffer.from(new ArrayBuffer(flat.length * bytesEach[datatype]));
  const view = numbersOf(datatype, bytes);
  const range = integers[datatype];
  for (let place = 0; place < flat.length; place += 1) {
    const value = flat[place];
    if (typeof value !== 'number') throw element(name, place, 'a number');
    if (range && (!Number.isInteger(value) || value < range[0] || value > range[1])) {
      const hint = datatype.endsWith('64') ? '; send larger ones as binary data' : '';
      throw element(name, place, `a whole number from ${range[0]} to ${range[1]}${hint}`);
    }
    if (view instanceof BigInt64Array || view instanceof BigUint64Array)
      view[place] = BigInt(value);
    else view[place] = value;
  }
  return bytes;
}

const bytesEach = {
  ...{ UINT8: 1, UINT16: 2, UINT32: 4, UINT64: 8, INT8: 1, INT16: 2, INT32: 4, INT64: 8 },
  ...{ FP32: 4, FP64: 8 },
} as const;

const element = (name: string, place: number, wanted: string) =>
  refuse(`input '${name}': element ${place} has to be ${wanted}`);

/** The elements in their order, from a flat list or one nested just as the shape says. */
function flattened(name: string, shape: readonly number[], data: unknown): readonly unknown[] {
  const wanted = countOf(shape);
  if (!Array.isArray(data)) {
    if (shape.length === 0) return [data];
    throw refuse(`input '${name}': data has to be a list`);
  }
  const nested = data.some(Array.isArray);
  const flat = nested ? unnested(name, shape, data) : data;
  if (flat.length !== wanted) {
    throw refuse(`input '${name}': ${flat.length} elements, but its shape has ${wanted}`);
  }
  return flat;
}

function unnested(name: string, shape: readonly number[], data: readonly unknown[]): unknown[] {
  let level: readonly unknown[] = [data];
  for (const size of shape) {
    const next: unknown[] = [];
    for (const list of level) {
      if (!Array.isArray(list) || list.length !== size) {
        throw refuse(`input '${name}': the nesting of data is not its shape`);
      }
      for (const one of list) next.push(one);
    }
    level = next;
  }
  return [...level];
}

function textBytes(name: string, flat: readonly unknown[]): Buffer {
  const parts: Buffer[] = [];
  for (const [place, value] of flat.entries()) {
    if (typeof value !== 'string') throw element(name, place, 'a text');
    if (!value.isWellFormed()) throw element(name, place, 'plain Unicode');
    const length = Buffer.allocUnsafe(4);
    const text = Buffer.from(value);
    length.writeUInt32LE(text.length);
    parts.push(length, text);
  }
  return Buffer.concat(parts);
}

/** The JSON text of an output, flat. Throws `serving.request_refused` for what JSON cannot hold. */
export function jsonOfBytes(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  data: Buffer,
): string {
  if (datatype === 'FP16') {
    throw refuse(`output '${name}': FP16 has no JSON form, ask for it as binary data`);
  }
  if (datatype === 'BOOL') return `[${Array.from(data, (value) => value !== 0).join(',')}]`;
  if (datatype === 'BYTES') {
    const elements = elementsOf(data, textEnds(data, countOf(shape)) ?? []);
    if (!elements.every((text) => isUtf8(text))) {
      throw refuse(`output '${name}' is no text, ask for it as binary data`);
    }
    return JSON.stringify(elements.map((text) => text.toString('utf8')));
  }
  const numbers = numbersOf(datatype, data);
  if (numbers instanceof Float32Array || numbers instanceof Float64Array) {
    for (const value of numbers) {
      if (Number.isFinite(value)) continue;
      throw refuse(`output '${name}' has ${value}, which JSON cannot say: ask for binary data`);
    }
  }
  return `[${numbers.join(',')}]`;
}
