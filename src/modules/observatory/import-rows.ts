import type * as z from 'zod';
import type { Cell } from './csv.ts';
import { type importRow, note, sourceText, sourceUrl, year } from './entities.ts';
import { problemOfValue } from './fitting-value.ts';
import { type EnteredIndicator, type Indicator, indicators, isCounted } from './indicators.ts';

export type ImportRow = z.output<typeof importRow>;
type RowError = ImportRow['errors'][number];
type Column = keyof typeof columnNames;

/** How each column may be headed. */
export const columnNames = {
  indicator: ['indicator', '指标', 'indicatorid', '指标标识'],
  period: ['period', '时期', '年份', 'year'],
  value: ['value', '数值', '值'],
  source: ['source', '来源'],
  unit: ['unit', '单位'],
  sourceUrl: ['source_url', 'sourceurl', '来源网址'],
  note: ['note', '说明', '备注'],
} as const;

const needed = ['indicator', 'period', 'value', 'source'] as const;

/** Where each column stands, and which of those needed are missing. */
export function findColumns(head: readonly Cell[]): {
  columns: ReadonlyMap<Column, number>;
  missing: string[];
} {
  const columns = new Map<Column, number>();
  for (const [place, cell] of head.entries()) {
    const name = typeof cell === 'string' ? cell.trim().toLowerCase() : '';
    for (const [column, names] of Object.entries(columnNames)) {
      const known: readonly string[] = names;
      if (known.includes(name) && isColumn(column) && !columns.has(column)) {
        columns.set(column, place);
      }
    }
  }
  return { columns, missing: needed.filter((column) => !columns.has(column)) };
}

const isColumn = (name: string): name is Column => Object.hasOwn(columnNames, name);

const indicatorByName = new Map<string, Indicator>(
  indicators.flatMap((indicator) =>
    [indicator.indicatorId, indicator.title.zh, indicator.title.en.toLowerCase()].map(
      (name) => [name, indicator] as const,
    ),
  ),
);

/**
 * Reads the rows below the head, each with all of its errors. Nothing is guessed: a formula, a text where
 * a number belongs, a date and a truth value are refused, and so is text that a spreadsheet would take
 * for a formula. `yearNow` is the last year that may be entered. Rows without a cell are left out.
 */
export function readRows(
  rows: readonly (readonly Cell[])[],
  columns: ReadonlyMap<Column, number>,
  context: { textOnly: boolean; yearNow: number },
): ImportRow[] {
  const seen = new Set<string>();
  return rows.flatMap((cells, index) => {
    if (cells.every((cell) => cell === null || cell === '')) return [];
    const row = readRow(cells, columns, context);
    const key = `${row.indicatorId} ${row.period}`;
    if (row.indicatorId !== null && row.period !== null && seen.has(key)) {
      row.errors.push({ column: 'period', code: 'row_repeated', found: row.period });
    }
    seen.add(key);
    return [{ row: index + 2, ...row }];
  });
}

function readRow(
  cells: readonly Cell[],
  columns: ReadonlyMap<Column, number>,
  { textOnly, yearNow }: { textOnly: boolean; yearNow: number },
): Omit<ImportRow, 'row'> {
  const errors: RowError[] = [];
  const cellOf = (column: Column): Cell => {
    const place = columns.get(column);
    return place === undefined ? null : (cells[place] ?? null);
  };
  const fail = (column: Column, code: RowError['code']): null => {
    errors.push({ column, code, found: shown(cellOf(column)) });
    return null;
  };
  const text = (column: Column): string | null => {
    const cell = cellOf(column);
    if (isFormula(cell)) return fail(column, 'formula_refused');
    if (cell !== null && typeof cell !== 'string') return fail(column, 'type_differs');
    return cell?.trim() || null;
  };
  const failed = (column: Column) => errors.some((error) => error.column === column);
  const indicator = readIndicator(text('indicator'), (code) =>
    failed('indicator') ? null : fail('indicator', code),
  );
  const period = readPeriod(cellOf('period'), yearNow, (code) => fail('period', code));
  const value = readValue(cellOf('value'), textOnly, indicator, (code) => fail('value', code));
  const source = text('source');
  if (source === null && !failed('source')) fail('source', 'source_missing');
  else if (source !== null && !sourceText.safeParse(source).success) fail('source', 'text_unfit');
  const unit = text('unit');
  const units: string[] = indicator ? [indicator.unit.zh, indicator.unit.en] : [];
  if (unit !== null && indicator && !units.includes(unit)) fail('unit', 'unit_differs');
  const url = text('sourceUrl');
  if (url !== null && !sourceUrl.safeParse(url).success) fail('sourceUrl', 'source_url_invalid');
  const remark = text('note') ?? '';
  if (!note.safeParse(remark).success) fail('note', 'text_unfit');
  const indicatorId = indicator?.indicatorId ?? null;
  return { indicatorId, period, value, source, sourceUrl: url, note: remark, errors };
}

type Fail = (code: RowError['code']) => null;

function readIndicator(name: string | null, fail: Fail): EnteredIndicator | null {
  if (name === null) return fail('indicator_missing');
  const indicator = indicatorByName.get(name) ?? indicatorByName.get(name.toLowerCase());
  if (!indicator) return fail('indicator_unknown');
  return isCounted(indicator) ? fail('indicator_counted') : indicator;
}

function readPeriod(cell: Cell, yearNow: number, fail: Fail): string | null {
  if (cell === null) return fail('period_missing');
  if (isFormula(cell)) return fail('formula_refused');
  if (typeof cell === 'boolean' || typeof cell === 'object') return fail('type_differs');
  const text = String(cell).trim();
  if (!year.safeParse(text).success) return fail('period_invalid');
  return Number(text) > yearNow ? fail('period_ahead') : text;
}

/** A decimal number as people write it for machines: no grouping, no exponent, no sign but minus. */
const decimal = /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,6})?$/;

function readValue(
  cell: Cell,
  textOnly: boolean,
  indicator: EnteredIndicator | null,
  fail: Fail,
): number | null {
  if (cell === null) return fail('value_missing');
  if (isFormula(cell)) return fail('formula_refused');
  let value: number;
  if (textOnly && typeof cell === 'string') {
    if (!decimal.test(cell.trim())) return fail('value_not_number');
    value = Number(cell.trim());
  } else if (typeof cell === 'number') {
    // A spreadsheet shows fifteen digits of what it keeps with seventeen.
    value = Number(cell.toPrecision(15));
  } else return fail('type_differs');
  if (indicator && problemOfValue(value, indicator) !== null) return fail('value_unfit');
  return Object.is(value, -0) ? 0 : value;
}

/**
 * A formula, or text that spreadsheets would run as one when the file is opened again (OWASP, CSV
 * injection). A number with a minus sign is none.
 */
function isFormula(cell: Cell): boolean {
  if (typeof cell === 'string') return /^\s*[=+@-]/.test(cell) && !decimal.test(cell.trim());
  return cell !== null && typeof cell === 'object' && !(cell instanceof Date);
}

function shown(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? 'date' : cell.toISOString();
  const text = typeof cell === 'object' ? '=…' : String(cell);
  return [...text]
    .filter((sign) => sign >= ' ' && sign !== '\u007f')
    .slice(0, 80)
    .join('');
}
