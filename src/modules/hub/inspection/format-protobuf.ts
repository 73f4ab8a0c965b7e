import { type Cursor, Malformed, shownText, TooComplex } from './format-source.ts';

/**
 * A field of a protobuf message (https://protobuf.dev/programming-guides/encoding/). `start` and `end` are places in
 * the file: of the content of a length-delimited or fixed field, and of nothing for a varint.
 */
export type Field =
  | { kind: 'varint'; number: number; value: bigint; start: number; end: number }
  | { kind: 'bytes' | 'fixed'; number: number; start: number; end: number };

/** How many fields of one file are looked at: a model of a million nodes has some ten million. */
const FIELDS_MAX = 20_000_000;

export type ProtobufReader = {
  /** The fields between two places. Between two steps the cursor may be moved. */
  fields(start: number, end: number): Generator<Field>;
  text(field: Field, charactersMax?: number): string;
  /** Signed 64 bits, one by one or packed. */
  integers(field: Field): Generator<bigint>;
};

/**
 * A bounded reader: whatever the bytes are, it ends with fields or with `Malformed` or `TooComplex`, holds no more
 * than the cursor's window, and skips content without reading it. Groups are refused.
 */
export function createProtobufReader(
  cursor: Cursor,
  { fieldsMax = FIELDS_MAX } = {},
): ProtobufReader {
  let count = 0;
  const varintUntil = (end: number): bigint => {
    const value = varint(cursor);
    if (cursor.position > end) throw new Malformed('a number leads beyond its message');
    return value;
  };
  return {
    *fields(start, end) {
      cursor.position = start;
      while (cursor.position < end) {
        count += 1;
        if (count > fieldsMax) throw new TooComplex('it has too many fields');
        const tag = varintUntil(end);
        const number = Number(tag >> 3n);
        if (number < 1 || number > 536_870_911) throw new Malformed('a field has no valid number');
        const field = fieldOf(Number(tag & 7n), number, end);
        yield field;
        cursor.position = field.end;
      }
    },
    text(field, charactersMax = 200) {
      if (field.kind !== 'bytes') throw new Malformed('a text is stored as a number');
      cursor.position = field.start;
      const bytes = cursor.take(Math.min(field.end - field.start, charactersMax * 4));
      return shownText(bytes.toString('utf8'), charactersMax);
    },
    *integers(field) {
      if (field.kind === 'fixed') throw new Malformed('a whole number is stored as another type');
      if (field.kind === 'varint') yield BigInt.asIntN(64, field.value);
      if (field.kind !== 'bytes') return;
      cursor.position = field.start;
      while (cursor.position < field.end) yield BigInt.asIntN(64, varintUntil(field.end));
    },
  };

  function fieldOf(wire: number, number: number, end: number): Field {
    if (wire === 0) {
      const value = varintUntil(end);
      return { kind: 'varint', number, value, start: cursor.position, end: cursor.position };
    }
    const length =
      wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? Number(varintUntil(end)) : Number.NaN;
    if (Number.isNaN(length)) throw new Malformed('a field is of no known wire type');
    const start = cursor.position;
    if (start + length > end) throw new Malformed('a field leads beyond its message');
    return { kind: wire === 2 ? 'bytes' : 'fixed', number, start, end: start + length };
  }
}

function varint(cursor: Cursor): bigint {
  let low = 0;
  let scale = 1;
  for (let place = 0; place < 10; place += 1) {
    const byte = cursor.byte();
    if (place < 7) {
      low += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return BigInt(low);
    } else {
      const high = restOf(cursor, byte, place);
      return BigInt.asUintN(64, (high << 49n) | BigInt(low));
    }
  }
  throw new Malformed('a number has more than ten bytes');
}

/** Bytes 8 to 10 of a long number: the first 49 bits are read already. */
function restOf(cursor: Cursor, first: number, from: number): bigint {
  let high = 0n;
  let byte = first;
  for (let place = from; place < 10; place += 1) {
    high |= BigInt(byte & 0x7f) << BigInt(7 * (place - from));
    if (byte < 0x80) return high;
    if (place < 9) byte = cursor.byte();
  }
  throw new Malformed('a number has more than ten bytes');
}
