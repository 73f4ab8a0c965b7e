import type { Format, TableDescription } from './findings-entities.ts';
import { type ByteSource, shownText } from './format-source.ts';

/** What a text is: JSON, a table, a script, a page. */

const JSON_BYTES_MAX = 8_388_608;

/**
 * The beginning of a file as text, in UTF-8 or else GB 18030, which older Chinese programs write; null where it is
 * neither, or has characters that no text has.
 */
export function textOf(head: Buffer, whole: boolean): string | null {
  if (head.includes(0)) return null;
  // A piece may end in the middle of a character.
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: !whole });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      return /[\u0001-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
    } catch {
      // It is not in this encoding.
    }
  }
  return null;
}

/** The format of a text by its content; the extension tells apart only what looks the same. */
export function textFormat(source: ByteSource, text: string, extension: string): Format {
  const start = text.slice(0, 2_048).trimStart();
  if (start === '') return 'text';
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>]/i.test(start)) {
    return 'svg';
  }
  if (/^(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body|script)[\s>]/i.test(start))
    return 'html';
  if (/^[[{]/.test(start)) {
    const json = jsonFormat(source, text);
    if (json !== null) return json;
  }
  if (/^#!/.test(start)) return 'script';
  if (/^(py|js|mjs|cjs|ts|sh|bash|r|jl|lua|rb|pl|ps1|bat)$/.test(extension)) return 'script';
  if (extension === 'md') return 'markdown';
  if (extension !== 'txt' && separatorOf(text) !== null) return 'csv';
  return 'text';
}

function jsonFormat(source: ByteSource, text: string): Format | null {
  if (source.sizeBytes > JSON_BYTES_MAX) {
    const first = text.slice(0, text.indexOf('\n'));
    return isJson(first) ? 'jsonl' : 'json';
  }
  const whole = source
    .read(0, source.sizeBytes)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  if (isJson(whole)) return /"nbformat"\s*:\s*\d/.test(whole) ? 'notebook' : 'json';
  const lines = whole.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 1 && lines.slice(0, 100).every(isJson) ? 'jsonl' : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a picture or page has scripts, handlers or other code in it, anywhere in its first 8 MiB. */
export function hasActiveContent(source: ByteSource): boolean {
  const text = source.read(0, JSON_BYTES_MAX).toString('utf8');
  return /<script|\son\w+\s*=|javascript:|<foreignobject|<iframe|<!entity/i.test(text);
}

const SEPARATORS = [',', '\t', ';', '|'];

/** The first records of a table: a line break in quotes ends none. The last one may be cut. */
function firstRecords(text: string, count: number): string[] {
  const records: string[] = [];
  let quoted = false;
  let start = 0;
  for (let place = 0; place < text.length && records.length < count; place += 1) {
    const letter = text[place];
    if (letter === '"') quoted = !quoted;
    if (letter !== '\n' || quoted) continue;
    records.push(text.slice(start, place).replace(/\r$/, ''));
    start = place + 1;
  }
  return records.length < count && start < text.length ? [...records, text.slice(start)] : records;
}

/** The character between the columns, where the first records agree on one. */
function separatorOf(text: string): string | null {
  const records = firstRecords(text, 6);
  const whole = records.length > 2 ? records.slice(0, -1) : records;
  const filled = whole.filter((record) => record !== '');
  if (filled.length < 2) return null;
  const fits = SEPARATORS.find((separator) => {
    const counts = filled.map((record) => splitLine(record, separator).length);
    return (counts[0] ?? 0) > 1 && counts.every((count) => count === counts[0]);
  });
  return fits ?? null;
}

function splitLine(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell];
}

const COUNTED_BYTES_MAX = 268_435_456;
const CHUNK_BYTES = 1_048_576;
const COLUMNS_LISTED_MAX = 200;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** Columns by the first line, and rows counted up to 256 MiB (RFC 4180: a line break in quotes ends no row). */
export function describeCsv(source: ByteSource, text: string): TableDescription {
  const separator = separatorOf(text) ?? ',';
  const names = splitLine(firstRecords(text.replace(/^\ufeff/, ''), 1)[0] ?? '', separator);
  let quoted = false;
  let lines = 0;
  let inLine = false;
  const end = Math.min(source.sizeBytes, COUNTED_BYTES_MAX);
  for (let place = 0; place < end; place += CHUNK_BYTES) {
    for (const byte of source.read(place, Math.min(CHUNK_BYTES, end - place))) {
      if (byte === QUOTE) quoted = !quoted;
      if (byte === LINE_FEED && !quoted) {
        if (inLine) lines += 1;
        inLine = false;
      } else if (byte !== 0x0d) inLine = true;
    }
  }
  const rowsCount = Math.max(0, lines + (inLine ? 1 : 0) - 1);
  const columns = names
    .slice(0, COLUMNS_LISTED_MAX)
    .map((name) => ({ name: shownText(name.trim()), type: '' }));
  return {
    ...{ kind: 'table', columns, columnsCount: names.length, rowsCount },
    rowsWhole: source.sizeBytes <= COUNTED_BYTES_MAX,
  };
}
