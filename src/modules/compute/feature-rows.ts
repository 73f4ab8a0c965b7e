import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 65_536;
const RECORD_LENGTH_MAX = 1_000_000;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

type TableRow = Record<string, number | string | null>;

/** The table of features cannot be read; the message says where and why, and repeats nothing of it. */
export class FeaturesError extends Error {}

/**
 * The rows of a CSV file (RFC 4180, UTF-8, with a header), one at a time: a cell without text is null, one
 * that reads as a JSON number is a number, anything else is text. Throws FeaturesError.
 */
export function featureRows(path: string): Generator<TableRow> {
  return rowsOf(chunks(path));
}

/** The same from text that is at hand. */
export function tableRows(text: string): Generator<TableRow> {
  return rowsOf(pieces(text.replace(/^\ufeff/, '')));
}

/** In pieces, so that a record that does not end is noticed. */
function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += CHUNK_BYTES) yield text.slice(at, at + CHUNK_BYTES);
}

function* rowsOf(texts: Iterable<string>): Generator<TableRow> {
  let header: string[] | null = null;
  let line = 0;
  for (const cells of records(texts)) {
    line += 1;
    if (header === null) {
      header = cells;
      if (new Set(header).size < header.length || header.includes('__proto__')) {
        throw new FeaturesError('the header names a column twice, or __proto__');
      }
      continue;
    }
    if (cells.length !== header.length) {
      throw new FeaturesError(`record ${line} has ${cells.length} cells, not ${header.length}`);
    }
    const row: TableRow = {};
    for (const [place, name] of header.entries()) row[name] = cellValue(cells[place] ?? '');
    yield row;
  }
}

/** What a cell of a table means: null where it is empty, a number where it reads as one, else text. */
export function cellValue(cell: string): number | string | null {
  if (cell === '') return null;
  if (!NUMBER.test(cell)) return cell;
  const value = Number(cell);
  return Number.isFinite(value) ? value : cell;
}

/** Records as lists of cells. A line without any text is none. */
function* records(texts: Iterable<string>): Generator<string[]> {
  let rest = '';
  for (const text of texts) {
    rest += text;
    let start = 0;
    for (;;) {
      const end = endOfRecord(rest, start);
      if (end < 0) break;
      const record = rest.slice(start, end).replace(/\r$/, '');
      start = end + 1;
      if (record !== '') yield cellsOf(record);
    }
    rest = rest.slice(start);
    if (rest.length > RECORD_LENGTH_MAX) throw new FeaturesError('a record does not end');
  }
  if (rest !== '' && rest !== '\r') yield cellsOf(rest.replace(/\r$/, ''));
}

/** The line break that ends the record from `start` on; -1 while it is not whole. */
function endOfRecord(text: string, start: number): number {
  let end = text.indexOf('\n', start);
  const quote = text.indexOf('"', start);
  if (quote < 0 || quote > end) return end;
  let quotes = 0;
  let counted = start;
  while (end >= 0) {
    for (; counted < end; counted += 1) if (text.charCodeAt(counted) === 34) quotes += 1;
    if (quotes % 2 === 0) return end;
    end = text.indexOf('\n', end + 1);
  }
  return -1;
}

function cellsOf(record: string): string[] {
  if (!record.includes('"')) return record.split(',');
  const cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const match = pattern.exec(record);
    if (!match) throw new FeaturesError('a quoted cell does not end where it should');
    const [, quoted, plain = '', separator] = match;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (separator === '') return cells;
  }
}

/** Without the byte order mark that some programs write first. */
function* chunks(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(CHUNK_BYTES);
    let first = true;
    for (;;) {
      const length = readSync(file, buffer, 0, buffer.length, null);
      const text = length === 0 ? decoder.end() : decoder.write(buffer.subarray(0, length));
      yield first && text.startsWith('\ufeff') ? text.slice(1) : text;
      first = false;
      if (length === 0) return;
    }
  } finally {
    closeSync(file);
  }
}
