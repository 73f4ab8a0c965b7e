/** Types of schema.org that the Croissant format gives columns. */
export type ColumnType = 'sc:Boolean' | 'sc:Integer' | 'sc:Float' | 'sc:Date' | 'sc:Text';
export type Column = { name: string; type: ColumnType };

const ROWS_MAX = 100;
const COLUMNS_MAX = 1_000;

/** Each narrower than the next; a column has the first that all of its cells fit. */
const shapes: readonly (readonly [ColumnType, RegExp])[] = [
  ['sc:Boolean', /^(?:true|false)$/i],
  // What Python and pandas read as 64 bits; a leading zero is part of a name, not of a number.
  ['sc:Integer', /^-?(?:0|[1-9]\d{0,17})$/],
  ['sc:Float', /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i],
  [
    'sc:Date',
    /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?$/,
  ],
];

/**
 * Names and types of the columns of a CSV file (RFC 4180) from its beginning: the first row names them, up to a
 * hundred more give the types, and empty cells fit any. `whole` is false where the text was cut, and its
 * last row is then left out. Null where the first row names no columns, or names one twice.
 */
export function columnsOf(text: string, whole: boolean): Column[] | null {
  const rows = rowsOf(text.replace(/^\uFEFF/, ''), ROWS_MAX + 2);
  const complete = whole || rows.length > ROWS_MAX + 1 ? rows : rows.slice(0, -1);
  const names = complete[0]?.map((name) => name.trim());
  if (!names || names.length > COLUMNS_MAX) return null;
  if (names.some((name) => name === '') || new Set(names).size < names.length) return null;
  const cells = complete.slice(1, ROWS_MAX + 1);
  return names.map((name, at) => ({ name, type: typeOf(cells.map((row) => row[at] ?? '')) }));
}

function typeOf(cells: readonly string[]): ColumnType {
  const given = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (given.length === 0) return 'sc:Text';
  const fit = shapes.find(([, shape]) => given.every((cell) => shape.test(cell)));
  // pandas reads whole numbers with gaps between them as floating ones.
  if (fit?.[0] === 'sc:Integer' && given.length < cells.length) return 'sc:Float';
  return fit?.[0] ?? 'sc:Text';
}

/** Rows of a CSV text, at most `rowsMax`; a quoted cell may hold commas, line breaks and doubled quotes. */
function rowsOf(text: string, rowsMax: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("(?:[^"]|"")*"?|[^,\r\n]*)(,|\r\n|\n|\r|$)/y;
  while (rows.length < rowsMax && cell.lastIndex < text.length) {
    const [, content = '', end = ''] = cell.exec(text) ?? [];
    row.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    if (end === ',') {
      if (cell.lastIndex === text.length) rows.push([...row, '']);
      continue;
    }
    rows.push(row);
    row = [];
    if (content === '' && end === '') break;
  }
  return rows;
}
