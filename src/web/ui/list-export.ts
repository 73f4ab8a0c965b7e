import type { Column, Page } from './data-list.tsx';
import type { ListAddress } from './list-address.ts';

/** More rows are no table to read; those who need them use the API. */
export const exportRowsMax = 5_000;
const pageRows = 100;

/**
 * RFC 4180, with the byte order mark by which Excel knows UTF-8. A cell that a spreadsheet would
 * run as a formula is kept as text by an apostrophe.
 */
export function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cell = (text: string) => {
    const inert = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.,]+%?$/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
  };
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ text }) => text(row))),
  ];
  return `\uFEFF${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Reads the list page by page under the same search, filters and order, and saves it as a file. */
export async function saveTable<Row>(
  options: { name: string; columns: readonly Column<Row>[]; address: ListAddress },
  uses: { load: (address: ListAddress, signal: AbortSignal) => Promise<Page<Row>> },
): Promise<void> {
  const { signal } = new AbortController();
  const { cursor: _, ...start } = options.address;
  const rows: Row[] = [];
  let next: string | null = '';
  while (next !== null && rows.length < exportRowsMax) {
    const from: ListAddress = {
      ...start,
      limit: pageRows,
      ...(next === '' ? {} : { cursor: next }),
    };
    const page: Page<Row> = await uses.load(from, signal);
    rows.push(...page.items);
    next = page.nextCursor;
  }
  const file = new Blob([toCsv(options.columns, rows)], { type: 'text/csv;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${options.name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
