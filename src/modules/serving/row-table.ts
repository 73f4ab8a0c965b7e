import { cellValue, ROW_BYTES_MAX } from '#modules/compute';
import type { ServedPrediction, ServedRow } from './entities.ts';
import { servingErrors } from './errors.ts';

/**
 * Rows of a session as the table which an evaluation would read: the same columns in the same order, and
 * only such cells as a CSV file gives. So what was served can be replayed by the evaluator.
 */
export type Table = { columns: readonly string[]; values: readonly Cell[][] };
export type Cell = null | number | string;

const COLUMNS_MAX = 1_000;
/** Around the row itself: `{"row":` and `}` with a line break. */
const FRAME_BYTES = 10;

/**
 * The rows under the columns of the session, or under those of the first row where it has none yet. Throws
 * `serving.columns_differ` and `serving.row_refused`.
 */
export function tableOf(rows: readonly ServedRow[], known: readonly string[] | null): Table {
  const columns = known ?? Object.keys(rows[0] ?? {});
  if (columns.length > COLUMNS_MAX || columns.length === 0) {
    const problem = `it has ${columns.length} columns, not 1 to ${COLUMNS_MAX}`;
    throw servingErrors.make.row_refused({ index: 0, problem });
  }
  const values = rows.map((row, index) => {
    const matches = columns.every((column) => Object.hasOwn(row, column));
    if (!matches || Object.keys(row).length !== columns.length) {
      throw servingErrors.make.columns_differ({ columns: columns.join(', ') });
    }
    const cells = columns.map((column) => row[column] ?? null);
    const problem = problemOf(cells, row);
    if (problem) throw servingErrors.make.row_refused({ index, problem });
    return cells;
  });
  return { columns, values };
}

function problemOf(cells: readonly Cell[], row: ServedRow): string | null {
  for (const cell of cells) {
    if (typeof cell !== 'string') continue;
    if (cell === '') return 'it has an empty text; send null';
    if (!cell.isWellFormed() || cell.includes('\u0000')) return 'it has text that is no Unicode';
    if (cellValue(cell) !== cell) return 'it has a number as text; send it as a number';
  }
  const bytes = Buffer.byteLength(JSON.stringify(row)) + FRAME_BYTES;
  return bytes > ROW_BYTES_MAX ? `it is larger than ${ROW_BYTES_MAX} bytes` : null;
}

/** A row as the program gets it. */
export function rowOf(columns: readonly string[], cells: readonly Cell[]): ServedRow {
  const row: ServedRow = {};
  for (const [place, column] of columns.entries()) row[column] = cells[place] ?? null;
  return row;
}

/** One line of CSV (RFC 4180), its line break included; every text and every null is quoted. */
export function csvLine(cells: readonly Cell[]): string {
  const written = cells.map((cell) =>
    // As JSON writes numbers, -0 among them.
    typeof cell === 'number' ? JSON.stringify(cell) : `"${(cell ?? '').replaceAll('"', '""')}"`,
  );
  return `${written.join(',')}\n`;
}

/** Answers as the journal keeps them: `[[flag, score], …]`. */
export function predictionsText(predictions: readonly ServedPrediction[]): string {
  return JSON.stringify(predictions.map(({ flag, score }) => [flag, score]));
}

export function predictionsOf(text: string): ServedPrediction[] {
  const pairs: [0 | 1, number][] = JSON.parse(text);
  return pairs.map(([flag, score]) => ({ flag, score }));
}
