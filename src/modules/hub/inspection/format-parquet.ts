import type { TableDescription } from './findings-entities.ts';
import { type ByteSource, bytesSource, Cursor, Malformed, shownText } from './format-source.ts';

/**
 * Columns and rows of a Parquet file, by its footer: https://github.com/apache/parquet-format, FileMetaData in Thrift's
 * compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
 */

const FOOTER_BYTES_MAX = 25_000_000;
const COLUMNS_LISTED_MAX = 200;
const DEPTH_MAX = 64;

const TYPES = ['boolean', 'int32', 'int64', 'int96', 'float', 'double', 'bytes', 'fixed bytes'];
/** Of ConvertedType, what says more than the type that is stored. */
const CONVERTED: Readonly<Record<number, string>> = {
  ...{ 0: 'string', 4: 'enum', 5: 'decimal', 6: 'date', 7: 'time', 8: 'time' },
  ...{ 9: 'timestamp', 10: 'timestamp', 19: 'json' },
};

const kinds = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7 } as const;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;

/** Throws `Malformed`. */
export function describeParquet(source: ByteSource): TableDescription {
  const tail = source.read(Math.max(0, source.sizeBytes - 8), 8);
  if (tail.length < 8 || tail.toString('latin1', 4) !== 'PAR1') {
    throw new Malformed('its footer is missing');
  }
  const length = tail.readUInt32LE(0);
  if (length > Math.min(FOOTER_BYTES_MAX, source.sizeBytes - 12)) {
    throw new Malformed('its footer is longer than can be');
  }
  const reader = createCompactReader(source.read(source.sizeBytes - 8 - length, length));
  const elements: Element[] = [];
  let rows = 0n;
  for (const { id, type } of reader.fields()) {
    if (id === 2 && type === LIST) elements.push(...readSchema(reader));
    else if (id === 3 && type === kinds.i64) rows = reader.signed();
    else reader.skip(type);
  }
  const columns = leaves(elements);
  if (rows < 0n || rows > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Malformed('its number of rows is beyond all bounds');
  }
  return {
    ...{ kind: 'table', columns: columns.slice(0, COLUMNS_LISTED_MAX) },
    ...{ columnsCount: columns.length, rowsCount: Number(rows), rowsWhole: true },
  };
}

type Element = { name: string; type: string; childrenCount: number };

function readSchema(reader: CompactReader): Element[] {
  const { count, type } = reader.list();
  if (type !== STRUCT) throw new Malformed('its schema is no list of columns');
  return Array.from({ length: count }, () => {
    const element = { name: '', type: '', childrenCount: 0 };
    for (const { id, type: kind } of reader.fields()) {
      if (id === 1 && kind === kinds.i32) {
        const stored = TYPES[Number(reader.signed())] ?? '';
        element.type ||= stored;
      } else if (id === 4 && kind === BINARY) element.name = reader.text();
      else if (id === 5 && kind === kinds.i32) element.childrenCount = Number(reader.signed());
      else if (id === 6 && kind === kinds.i32) {
        element.type = CONVERTED[Number(reader.signed())] ?? element.type;
      } else reader.skip(kind);
    }
    return element;
  });
}

/** The columns under the root, with the names of the groups around them. */
function leaves(elements: readonly Element[]): { name: string; type: string }[] {
  const columns: { name: string; type: string }[] = [];
  const groups: { name: string; left: number }[] = [];
  for (const { name, type, childrenCount } of elements.slice(1)) {
    const path = [...groups.map((group) => group.name), name].join('.');
    const around = groups.at(-1);
    if (around) around.left -= 1;
    if (childrenCount > 0) {
      if (groups.length >= DEPTH_MAX) throw new Malformed('its columns are nested too deeply');
      groups.push({ name, left: childrenCount });
    } else columns.push({ name: shownText(path), type });
    while (groups.at(-1)?.left === 0) groups.pop();
  }
  return columns;
}

type CompactReader = ReturnType<typeof createCompactReader>;

/** Whatever the bytes are, it ends with values or with `Malformed`. */
function createCompactReader(bytes: Buffer) {
  const cursor = new Cursor(bytesSource(bytes));
  const unsigned = (): bigint => {
    let value = 0n;
    for (let place = 0n; place < 10n; place += 1n) {
      const byte = cursor.byte();
      value |= BigInt(byte & 0x7f) << (7n * place);
      if (byte < 0x80) return value;
    }
    throw new Malformed('a number has more than ten bytes');
  };
  const signed = (): bigint => {
    const value = unsigned();
    return (value >> 1n) ^ -(value & 1n);
  };
  const count = (): number => {
    const value = unsigned();
    // Every element has a byte at least.
    if (value > BigInt(cursor.left)) throw new Malformed('a length leads beyond its end');
    return Number(value);
  };
  const list = () => {
    const head = cursor.byte();
    const short = head >> 4;
    return { count: short === 15 ? count() : short, type: head & 15 };
  };
  function* fields(): Generator<{ id: number; type: number }> {
    let id = 0;
    for (;;) {
      const head = cursor.byte();
      if (head === 0) return;
      id = head >> 4 === 0 ? Number(signed()) : id + (head >> 4);
      yield { id, type: head & 15 };
    }
  }
  const skip = (type: number, depth = 0, inList = false): void => {
    if (depth > DEPTH_MAX) throw new Malformed('its footer is nested too deeply');
    if (type === kinds.true || type === kinds.false) cursor.skip(inList ? 1 : 0);
    else if (type === kinds.byte) cursor.skip(1);
    else if (type >= kinds.i16 && type <= kinds.i64) unsigned();
    else if (type === kinds.double) cursor.skip(8);
    else if (type === BINARY) cursor.skip(count());
    else if (type === LIST || type === SET) {
      const { count: length, type: inner } = list();
      for (let place = 0; place < length; place += 1) skip(inner, depth + 1, true);
    } else if (type === MAP) {
      const length = count();
      const pair = length > 0 ? cursor.byte() : 0;
      for (let place = 0; place < length; place += 1) {
        skip(pair >> 4, depth + 1, true);
        skip(pair & 15, depth + 1, true);
      }
    } else if (type === STRUCT) for (const field of fields()) skip(field.type, depth + 1);
    else throw new Malformed('a value is of no known type');
  };
  const text = () => {
    const length = count();
    const start = cursor.take(Math.min(length, 800)).toString('utf8');
    cursor.skip(length - Math.min(length, 800));
    return shownText(start);
  };
  return { signed, list, fields, skip, text };
}
