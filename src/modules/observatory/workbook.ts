import { type Cell, type Table, TableUnreadable } from './csv.ts';
import { unzip, zip } from './zip.ts';

const partsMax = 500;
const isXml = (name: string) => name.endsWith('.xml') || name.endsWith('.rels');

/** An element `f`, with or without a prefix: a formula (ECMA-376 part 1, 18.3.1.40). */
const formulaElement = /<(?:[A-Za-z_][\w.-]*:)?f(?=[\s/>])/;
const cellElement = /<(?:[A-Za-z_][\w.-]*:)?c(?=[\s/>])[^>]*>/g;

/**
 * Reads the first sheet of an Excel workbook (.xlsx). The reader takes the last computed value of a
 * formula for the cell, so formulas are looked for first, and such a cell becomes `{formula: true}`.
 * What is read is packed anew from the parts that were looked at. Throws TableUnreadable: no workbook, more
 * than one sheet with cells, a document type, macros, a formula at no known cell.
 */
export async function readWorkbook(
  bytes: Uint8Array,
  options: { unpackedBytesMax: number; rowsMax: number },
): Promise<Table> {
  const bytesMax = options.unpackedBytesMax;
  const parts = unzip(bytes, { wanted: isXml, bytesMax, partsMax });
  const formulas = new Set<string>();
  for (const [name, part] of parts) {
    const text = decode(part);
    if (/<!DOCTYPE/i.test(text)) throw new TableUnreadable('it declares a document type');
    if (/macroEnabled|vbaProject/.test(text)) throw new TableUnreadable('it has macros');
    if (/^xl\/worksheets\//.test(name)) for (const at of formulasOf(text)) formulas.add(at);
  }
  const [first, ...others] = await parse(zip(parts));
  if (!first) throw new TableUnreadable('it has no sheet');
  if (others.some(({ data }) => data.some((row) => row.some((cell) => cell !== null)))) {
    throw new TableUnreadable('more than one of its sheets has cells');
  }
  const rows: Cell[][] = first.data.slice(0, options.rowsMax + 2).map((row) => [...row]);
  for (const at of formulas) mark(rows, at);
  return { rows, encoding: 'xlsx' };
}

type Sheet = { data: readonly (readonly Cell[])[] };

async function parse(archive: Buffer): Promise<Sheet[]> {
  try {
    // Loaded when somebody imports: few do.
    const { default: readExcelFile } = await import('read-excel-file/node');
    const sheets = await readExcelFile(archive);
    return sheets.map(({ data }) => ({
      data: data.map((row) => row.map((cell): Cell => cellOf(cell))),
    }));
  } catch (error) {
    throw new TableUnreadable('it is no .xlsx workbook, or has cells with errors', {
      cause: error,
    });
  }
}

function cellOf(cell: unknown): Cell {
  if (typeof cell === 'string') return cell === '' ? null : cell;
  if (typeof cell === 'number' || typeof cell === 'boolean' || cell instanceof Date) return cell;
  return null;
}

function decode(part: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(part);
  } catch (error) {
    throw new TableUnreadable('a part of it is not UTF-8', { cause: error });
  }
}

/** The addresses of cells with a formula. */
function formulasOf(sheet: string): string[] {
  if (!formulaElement.test(sheet)) return [];
  const found: string[] = [];
  const cells = [...sheet.matchAll(cellElement)];
  const before = sheet.slice(0, cells[0]?.index ?? sheet.length);
  if (formulaElement.test(before)) throw new TableUnreadable('it has a formula outside its cells');
  for (const [index, cell] of cells.entries()) {
    if (!formulaElement.test(sheet.slice(cell.index, cells[index + 1]?.index))) continue;
    const address = /\sr\s*=\s*["']([A-Z]{1,3}[1-9]\d{0,6})["']/.exec(cell[0])?.[1];
    if (address === undefined) throw new TableUnreadable('it has a formula at no known cell');
    found.push(address);
  }
  return found;
}

function mark(rows: Cell[][], address: string): void {
  const [, letters = '', digits = ''] = /^([A-Z]+)(\d+)$/.exec(address) ?? [];
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  const row = rows[Number(digits) - 1];
  if (!row) throw new TableUnreadable('it has a formula outside its rows');
  while (row.length <= column) row.push(null);
  row[column] = { formula: true };
}
