import type { StoredFinding, Tensor, TensorsDescription } from './findings-entities.ts';
import {
  type ByteSource,
  Cursor,
  countOf,
  Malformed,
  shownText,
  TooComplex,
} from './format-source.ts';
import { sumByType } from './tensor-types.ts';

/** The header of a GGUF file: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3. */

const ENTRIES_MAX = 1_000_000;
const TENSORS_LISTED_MAX = 500;
const METADATA_LISTED_MAX = 100;
const ELEMENTS_MAX = 20_000_000;

/** By number of `ggml_type`: name, elements of a block, bytes of a block (ggml.c, ggml-common.h). */
const TYPES: Readonly<Record<number, readonly [string, number, number]>> = {
  0: ['F32', 1, 4],
  1: ['F16', 1, 2],
  2: ['Q4_0', 32, 18],
  3: ['Q4_1', 32, 20],
  6: ['Q5_0', 32, 22],
  7: ['Q5_1', 32, 24],
  8: ['Q8_0', 32, 34],
  9: ['Q8_1', 32, 36],
  10: ['Q2_K', 256, 84],
  11: ['Q3_K', 256, 110],
  12: ['Q4_K', 256, 144],
  13: ['Q5_K', 256, 176],
  14: ['Q6_K', 256, 210],
  15: ['Q8_K', 256, 292],
  24: ['I8', 1, 1],
  25: ['I16', 1, 2],
  26: ['I32', 1, 4],
  27: ['I64', 1, 8],
  28: ['F64', 1, 8],
  30: ['BF16', 1, 2],
};

/** Bytes of the values of fixed size, by number of `gguf_metadata_value_type`. */
const SIZES: Readonly<Record<number, number>> = {
  ...{ 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 },
};
const STRING = 8;
const ARRAY = 9;

export const looksLikeGguf = (head: Buffer) => head.subarray(0, 4).toString('latin1') === 'GGUF';

type Described = { description: TensorsDescription; findings: StoredFinding[] };

/** Throws `Malformed` and `TooComplex`. */
export function describeGguf(source: ByteSource): Described {
  const cursor = new Cursor(source);
  cursor.skip(4);
  const version = cursor.take(4).readUInt32LE(0);
  if (version !== 2 && version !== 3) throw new Malformed('it is of no known version');
  const tensorsCount = countOf(long(cursor));
  const valuesCount = countOf(long(cursor));
  if (Math.max(tensorsCount, valuesCount) > ENTRIES_MAX) {
    throw new TooComplex('it has too many entries');
  }
  const { values, metadata } = readMetadata(cursor, valuesCount);
  const entries = readTensors(cursor, tensorsCount);
  const alignment = Number(values.get('general.alignment') ?? 32) || 32;
  const data = Math.ceil(cursor.position / alignment) * alignment;
  const wrong = entries
    .filter(({ offset, bytes }) => data + offset + bytes > source.sizeBytes)
    .map(({ tensor }) => tensor.name);
  const byParameters = sumByType(entries).sort(
    (one, other) => other.parametersCount - one.parametersCount,
  );
  const architecture = values.get('general.architecture') ?? '';
  const context = Number(values.get(`${architecture}.context_length`) ?? Number.NaN);
  return {
    description: {
      kind: 'tensors',
      tensors: entries.slice(0, TENSORS_LISTED_MAX).map(({ tensor }) => tensor),
      tensorsCount,
      parametersCount: countOf(entries.reduce((sum, { elements }) => sum + BigInt(elements), 0n)),
      dtypes: byParameters.slice(0, 50),
      model: {
        architecture,
        name: values.get('general.name') ?? '',
        quantisation: byParameters[0]?.dtype ?? '',
        contextLength: Number.isSafeInteger(context) && context >= 0 ? context : null,
      },
      metadata,
    },
    findings: wrong.length > 0 ? [{ code: 'tensor_offsets', details: wrong.slice(0, 10) }] : [],
  };
}

const long = (cursor: Cursor) => cursor.take(8).readBigUInt64LE(0);

function text(cursor: Cursor, charactersMax: number): string {
  const length = countOf(long(cursor));
  const shown = Math.min(length, charactersMax * 4);
  if (length > cursor.left) throw new Malformed('a length leads beyond its end');
  const start = cursor.take(shown).toString('utf8');
  cursor.skip(length - shown);
  return shownText(start, charactersMax);
}

function readMetadata(cursor: Cursor, count: number) {
  const values = new Map<string, string>();
  const metadata: { key: string; value: string }[] = [];
  for (let place = 0; place < count; place += 1) {
    const key = text(cursor, 200);
    const type = cursor.take(4).readUInt32LE(0);
    const value = readValue(cursor, type);
    if (metadata.length < METADATA_LISTED_MAX) metadata.push({ key, value });
    if (/^general\.|\.context_length$/.test(key) && values.size < 1_000) values.set(key, value);
  }
  return { values, metadata };
}

function readValue(cursor: Cursor, type: number): string {
  if (type === STRING) return text(cursor, 500);
  if (type === ARRAY) return skipArray(cursor);
  const size = SIZES[type];
  if (size === undefined) throw new Malformed('a value is of no known type');
  const bytes = cursor.take(size);
  if (type === 6) return String(bytes.readFloatLE(0));
  if (type === 12) return String(bytes.readDoubleLE(0));
  if (type === 7) return String(bytes.readUInt8(0) !== 0);
  if (type === 10) return String(bytes.readBigUInt64LE(0));
  if (type === 11) return String(bytes.readBigInt64LE(0));
  const signed = type === 1 || type === 3 || type === 5;
  return String(signed ? bytes.readIntLE(0, size) : bytes.readUIntLE(0, size));
}

/** An array is passed over and told by its length; arrays of arrays are in no known file. */
function skipArray(cursor: Cursor): string {
  const type = cursor.take(4).readUInt32LE(0);
  const length = countOf(long(cursor));
  if (length > ELEMENTS_MAX) throw new TooComplex('an array is too long');
  const size = SIZES[type];
  if (size !== undefined) cursor.skip(size * length);
  else if (type === STRING) {
    for (let place = 0; place < length; place += 1) cursor.skip(countOf(long(cursor)));
  } else throw new Malformed('an array is of no known type');
  return `[${length}]`;
}

type Entry = { tensor: Tensor; elements: number; offset: number; bytes: number };

function readTensors(cursor: Cursor, count: number): Entry[] {
  const entries: Entry[] = [];
  for (let place = 0; place < count; place += 1) {
    const name = text(cursor, 200);
    const dimensions = cursor.take(4).readUInt32LE(0);
    if (dimensions > 8) throw new Malformed('a tensor has too many dimensions');
    const shape = Array.from({ length: dimensions }, () => countOf(long(cursor)));
    const number = cursor.take(4).readUInt32LE(0);
    const offset = countOf(long(cursor));
    const elements = countOf(shape.reduce((product, size) => product * BigInt(size), 1n));
    const [dtype, block, blockBytes] = TYPES[number] ?? [`type ${number}`, 1, 0];
    const bytes = Math.ceil(elements / block) * blockBytes;
    entries.push({ tensor: { name, dtype, shape }, elements, offset, bytes });
  }
  return entries;
}
