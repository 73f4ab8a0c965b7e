/** Comma-separated values (RFC 4180) with a row of column names, for looking at before they are sent. Pure. */

export type CsvTable = { columns: readonly string[]; rows: readonly (readonly string[])[] };

/** Null where there is no row below the names, or a quote that is never closed. Empty lines count for nothing. */
export function readCsv(text: string): CsvTable | null {
  const records = recordsOf(text.replace(/^\uFEFF/, ''));
  const [columns, ...rows] = records?.filter((record) => record.some((cell) => cell !== '')) ?? [];
  return columns === undefined || rows.length === 0 ? null : { columns, rows };
}

function recordsOf(text: string): string[][] | null {
  const records: string[][] = [];
  // A cell, quoted or not, and what ends it: a comma, a line's end, or the end of all.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  let record: string[] = [];
  while (cell.lastIndex < text.length || record.length > 0) {
    const found = cell.exec(text);
    if (found === null) return null;
    const [, quoted, plain = '', end] = found;
    record.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      records.push(record);
      record = [];
    }
  }
  return records;
}
