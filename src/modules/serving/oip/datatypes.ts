import type { ModelType } from '#modules/compute';

/**
 * Tensors as they travel: little-endian, row-major, without padding; BOOL one byte (0 or 1); BYTES a u32 length and the
 * bytes of each element. This is the form of the binary tensor extension of the Open Inference Protocol
 * (github.com/triton-inference-server/server, docs/protocol/extension_binary_data.md), and the one that models are given.
 */

export const datatypes = [
  ...(['BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64'] as const),
  ...(['FP16', 'FP32', 'FP64', 'BYTES'] as const),
] as const;
export type Datatype = (typeof datatypes)[number];

const modelDatatypes: Readonly<Record<ModelType, Datatype>> = {
  ...{ bool: 'BOOL', uint8: 'UINT8', uint16: 'UINT16', uint32: 'UINT32', uint64: 'UINT64' },
  ...{ int8: 'INT8', int16: 'INT16', int32: 'INT32', int64: 'INT64' },
  ...{ float16: 'FP16', float32: 'FP32', float64: 'FP64', string: 'BYTES' },
};

export const datatypeOf = (type: ModelType): Datatype => modelDatatypes[type];

const sizes: Readonly<Record<Exclude<Datatype, 'BYTES'>, number>> = {
  ...{ BOOL: 1, UINT8: 1, UINT16: 2, UINT32: 4, UINT64: 8, INT8: 1, INT16: 2, INT32: 4, INT64: 8 },
  ...{ FP16: 2, FP32: 4, FP64: 8 },
};

/** Bytes of one element; null where they differ from element to element. */
export function elementBytes(datatype: Datatype): number | null {
  return datatype === 'BYTES' ? null : sizes[datatype];
}

export function isDatatype(name: unknown): name is Datatype {
  return datatypes.some((one) => one === name);
}

export function countOf(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** A view of the bytes as numbers; of a copy where they do not begin at a fitting place. */
export function numbersOf(datatype: Exclude<Datatype, 'BYTES' | 'FP16' | 'BOOL'>, data: Buffer) {
  const size = sizes[datatype];
  const aligned = data.byteOffset % size === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  const { buffer, byteOffset } = aligned;
  const count = data.length / size;
  const views = {
    UINT8: () => new Uint8Array(buffer, byteOffset, count),
    UINT16: () => new Uint16Array(buffer, byteOffset, count),
    UINT32: () => new Uint32Array(buffer, byteOffset, count),
    UINT64: () => new BigUint64Array(buffer, byteOffset, count),
    INT8: () => new Int8Array(buffer, byteOffset, count),
    INT16: () => new Int16Array(buffer, byteOffset, count),
    INT32: () => new Int32Array(buffer, byteOffset, count),
    INT64: () => new BigInt64Array(buffer, byteOffset, count),
    FP32: () => new Float32Array(buffer, byteOffset, count),
    FP64: () => new Float64Array(buffer, byteOffset, count),
  };
  return views[datatype]();
}

/**
 * Where each element of BYTES ends, from the first on; null where the bytes are not just `count` elements of UTF-8, the only
 * texts that ONNX Runtime takes from JavaScript unchanged.
 */
export function textEnds(data: Buffer, count: number): number[] | null {
  const ends: number[] = [];
  let at = 0;
  while (ends.length < count) {
    if (at + 4 > data.length) return null;
    at += 4 + data.readUInt32LE(at);
    ends.push(at);
  }
  return at === data.length ? ends : null;
}

/** The elements of BYTES, cut. */
export function elementsOf(data: Buffer, ends: readonly number[]): Buffer[] {
  return ends.map((end, place) => data.subarray((ends[place - 1] ?? 0) + 4, end));
}
