import type { StoredFinding, Tensor, TensorsDescription } from './findings-entities.ts';
import { type ByteSource, countOf, Malformed, shownText } from './format-source.ts';
import { sumByType } from './tensor-types.ts';

/**
 * The header of a safetensors file: https://github.com/huggingface/safetensors#format. It is JSON of at most 25,000,000
 * bytes (`SAFETENSORS_MAX_HEADER_LENGTH` of the Python client of the Hub). Tensors have to fill the rest of the file
 * one after the other, without holes.
 */
const HEADER_BYTES_MAX = 25_000_000;
const TENSORS_LISTED_MAX = 500;

const BITS: Readonly<Record<string, number>> = {
  ...{ BOOL: 8, U8: 8, I8: 8, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, I16: 16, U16: 16, F16: 16 },
  ...{ BF16: 16, I32: 32, U32: 32, F32: 32, F64: 64, I64: 64, U64: 64, C64: 64, F4: 4 },
  ...{ F6_E2M3: 6, F6_E3M2: 6 },
};

export function looksLikeSafetensors(source: ByteSource): boolean {
  const head = source.read(0, 9);
  if (head.length < 9 || head.readUInt8(8) !== 0x7b) return false;
  const length = head.readBigUInt64LE(0);
  return length >= 2n && length <= BigInt(source.sizeBytes - 8);
}

type Entry = { tensor: Tensor; elements: number; begin: number; end: number };
type Described = { description: TensorsDescription; findings: StoredFinding[] };

/** Throws `Malformed`. */
export function describeSafetensors(source: ByteSource): Described {
  const length = Number(source.read(0, 8).readBigUInt64LE(0));
  if (length > HEADER_BYTES_MAX) throw new Malformed('its header is over 25,000,000 bytes');
  const header = recordOf(parse(source.read(8, length).toString('utf8')));
  const metadata = Object.hasOwn(header, '__metadata__') ? recordOf(header.__metadata__) : {};
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => entryOf(name, recordOf(value)));
  const wrong = misplaced(entries, source.sizeBytes - 8 - length);
  return {
    description: {
      kind: 'tensors',
      tensors: entries.slice(0, TENSORS_LISTED_MAX).map(({ tensor }) => tensor),
      tensorsCount: entries.length,
      parametersCount: safeSum(entries.map(({ elements }) => elements)),
      dtypes: sumByType(entries).slice(0, 50),
      model: null,
      metadata: Object.entries(metadata)
        .slice(0, 100)
        .map(([key, value]) => ({ key: shownText(key), value: shownText(String(value), 500) })),
    },
    findings: wrong.length > 0 ? [{ code: 'tensor_offsets', details: wrong.slice(0, 10) }] : [],
  };
}

/** Names of tensors that overlap, leave a hole, lead beyond the end or are not as long as their shape says. */
function misplaced(entries: readonly Entry[], bytes: number): string[] {
  const wrong: string[] = [];
  let place = 0;
  const inOrder = [...entries].sort((one, other) => one.begin - other.begin || one.end - other.end);
  for (const { tensor, elements, begin, end } of inOrder) {
    const bits = BITS[tensor.dtype];
    const sized = bits === undefined || Math.ceil((elements * bits) / 8) === end - begin;
    if (begin !== place || end < begin || end > bytes || !sized) wrong.push(tensor.name);
    place = Math.max(place, end);
  }
  const last = inOrder.at(-1);
  if (last !== undefined && place < bytes) wrong.push(last.tensor.name);
  return [...new Set(wrong)];
}

function entryOf(name: string, value: Readonly<Record<string, unknown>>): Entry {
  const { dtype, shape, data_offsets: offsets } = value;
  const [begin, end, ...more] = sizesOf(offsets);
  if (typeof dtype !== 'string' || begin === undefined || end === undefined || more.length > 0) {
    throw new Malformed('a tensor has no type or place');
  }
  const sizes = sizesOf(shape);
  const elements = countOf(sizes.reduce((product, size) => product * BigInt(size), 1n));
  const tensor = { name: shownText(name), dtype: shownText(dtype, 20), shape: sizes };
  return { tensor, elements, begin, end };
}

function sizesOf(value: unknown): number[] {
  if (!Array.isArray(value) || value.length > 64) throw new Malformed('a tensor has no shape');
  return value.map((size: unknown) => {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw new Malformed('a size is not a whole number');
    }
    return size;
  });
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed('its header is not as the format says');
  }
  return Object.fromEntries(Object.entries(value));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Malformed('its header is not JSON', { cause });
  }
}

const safeSum = (counts: readonly number[]) =>
  countOf(counts.reduce((sum, count) => sum + BigInt(count), 0n));
