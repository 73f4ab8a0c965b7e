/** A table as it was read: rows of cells, from the file's first row on. */
export type Table = { rows: readonly (readonly Cell[])[]; encoding: string };

/** A cell: what it holds and as which type; null is empty. A formula is never computed. */
export type Cell = string | number | boolean | Date | { formula: true } | null;

/** Throws where the text is no CSV. */
export class TableUnreadable extends Error {}

/**
 * Reads CSV by RFC 4180: commas, quotes doubled inside quotes, any line ending; a byte order mark is
 * passed over. UTF-8, or else GB 18030, in which Excel writes CSV on Chinese systems. Every cell is
 * text. Throws TableUnreadable.
 */
export function readCsv(bytes: Uint8Array): Table {
  const { text, encoding } = decode(bytes);
  return { rows: parseCsv(text), encoding };
}

function decode(bytes: Uint8Array): { text: string; encoding: string } {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch {}
  }
  throw new TableUnreadable('it is neither UTF-8 nor GB 18030 text');
}

function parseCsv(text: string): Cell[][] {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let place = 0;
  while (place < text.length) {
    const { cell, end } = text[place] === '"' ? quoted(text, place) : plain(text, place);
    row.push(cell === '' ? null : cell);
    place = end;
    if (text[place] === ',') {
      place += 1;
      if (place === text.length) row.push(null);
      continue;
    }
    if (text[place] === '\r' && text[place + 1] === '\n') place += 1;
    place += 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

function plain(text: string, start: number): { cell: string; end: number } {
  let end = start;
  while (end < text.length && !/[,\r\n]/.test(text.charAt(end))) {
    if (text[end] === '"') throw new TableUnreadable('a quote stands inside an unquoted cell');
    end += 1;
  }
  return { cell: text.slice(start, end), end };
}

function quoted(text: string, start: number): { cell: string; end: number } {
  let cell = '';
  let place = start + 1;
  for (;;) {
    const quote = text.indexOf('"', place);
    if (quote < 0) throw new TableUnreadable('a quoted cell does not end');
    cell += text.slice(place, quote);
    if (text[quote + 1] !== '"') {
      const after = text[quote + 1];
      if (after === undefined || /[,\r\n]/.test(after)) return { cell, end: quote + 1 };
      throw new TableUnreadable('text follows the end of a quoted cell');
    }
    cell += '"';
    place = quote + 2;
  }
}
