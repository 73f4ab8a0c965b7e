import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, readCsv, TableUnreadable } from './csv.ts';
import { findColumns, readRows } from './import-rows.ts';
import { testWorkbook } from './testing-workbook.ts';
import { readWorkbook } from './workbook.ts';
import { unzip, zip } from './zip.ts';

const head = ['indicator', 'period', 'value', 'source'];
const limits = { unpackedBytesMax: 200_000, rowsMax: 100 };
const text = (csv: string) => new TextEncoder().encode(csv);

function rowsOf(rows: readonly (readonly Cell[])[], textOnly = true) {
  const { columns, missing } = findColumns(head);
  expect(missing).toEqual([]);
  return readRows(rows, columns, { textOnly, yearNow: 2026 });
}
const codesOf = (cells: readonly Cell[], textOnly = true) =>
  rowsOf([cells], textOnly).flatMap(({ errors }) =>
    errors.map(({ column, code }) => `${column} ${code}`),
  );

describe('CSV', () => {
  it('gives back every cell that was written, quoted or not', () => {
    const cell = fc.string({ maxLength: 8, unit: 'grapheme' }).map((value) => value.toWellFormed());
    const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1 }),
        (rows) => {
          const csv = rows.map((row) => row.map(quote).join(',')).join('\r\n');
          const expected = rows.map((row) => row.map((value) => value || null));
          expect(readCsv(text(csv)).rows).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
    expect(readCsv(text('\ufeffa,b\n1,\n')).rows).toEqual([
      ['a', 'b'],
      ['1', null],
    ]);
  });

  it('is read as GB 18030 where it is no UTF-8, and refused where it is neither or broken', () => {
    const gbk = Uint8Array.from([0xd6, 0xb8, 0xb1, 0xea]);
    expect(readCsv(gbk)).toEqual({ rows: [['指标']], encoding: 'gb18030' });
    for (const broken of ['"a', '"a"b', 'a"b']) {
      expect(() => readCsv(text(broken))).toThrow(TableUnreadable);
    }
    expect(() => readCsv(Uint8Array.of(0xff, 0xff))).toThrow(TableUnreadable);
  });
});

describe('a row', () => {
  it('is taken where every cell is what it should be', () => {
    expect(
      rowsOf([
        ['talent', '2024', '200000', '统计公报'],
        [],
        ['人工智能规上产业规模', '2024', '3500.5', 'x'],
      ]),
    ).toMatchObject([
      { row: 2, indicatorId: 'talent', period: '2024', value: 200_000, errors: [] },
      { row: 4, indicatorId: 'industry-scale', value: 3500.5, errors: [] },
    ]);
    expect(rowsOf([['talent', 2024, 200_000, 'x']], false)[0]).toMatchObject({
      period: '2024',
      value: 200_000,
      errors: [],
    });
    expect(rowsOf([['industry-scale', 2024, 0.1 + 0.2, 'x']], false)[0]?.value).toBe(0.3);
  });

  it('names each wrong cell', () => {
    const good: Cell[] = ['talent', '2024', '1', 'x'];
    const codes = (place: number, cell: Cell, textOnly = true) =>
      codesOf(good.with(place, cell), textOnly);
    expect(codes(0, null)).toEqual(['indicator indicator_missing']);
    expect(codes(0, 'nothing')).toEqual(['indicator indicator_unknown']);
    expect(codes(0, 'calls-opened')).toEqual(['indicator indicator_counted']);
    expect(codes(1, null)).toEqual(['period period_missing']);
    expect(codes(1, '2024-11')).toEqual(['period period_invalid']);
    expect(codes(1, '2027')).toEqual(['period period_ahead']);
    expect(codes(2, null)).toEqual(['value value_missing']);
    for (const wrong of ['1,000', '1e3', '０', '1.', '12%', 'NaN', '0x10', '1.0000001']) {
      expect(codes(2, wrong), wrong).toEqual(['value value_not_number']);
    }
    expect(codes(2, '1.5')).toEqual(['value value_unfit']);
    expect(codes(2, '-1')).toEqual(['value value_unfit']);
    expect(codes(3, '  ')).toEqual(['source source_missing']);
    expect(codes(3, 'a\u0000b')).toEqual(['source text_unfit']);
  });

  it('takes no formula and no type for another', () => {
    const formula = { formula: true } as const;
    for (const cell of [formula, '=1+1', '+1', '@SUM(A1)', '-cmd|x', '\t=1']) {
      expect(codesOf(['talent', '2024', cell, 'x'])).toEqual(['value formula_refused']);
      expect(codesOf(['talent', '2024', '1', cell])).toEqual(['source formula_refused']);
    }
    for (const cell of [true, new Date(0), '5']) {
      expect(codesOf(['talent', 2024, cell, 'x'], false)).toEqual(['value type_differs']);
    }
    expect(codesOf(['talent', new Date(0), 1, 7], false)).toEqual([
      'period type_differs',
      'source type_differs',
    ]);
  });

  it('is refused the second time in one file', () => {
    const row = ['talent', '2024', '1', 'x'];
    expect(rowsOf([row, row]).map(({ errors }) => errors.map(({ code }) => code))).toEqual([
      [],
      ['row_repeated'],
    ]);
  });
});

describe('a workbook', () => {
  const number = (at: string, value: string, rest = '') =>
    `<c r="${at}"${rest}><v>${value}</v></c>`;
  const inline = (at: string, value: string) =>
    `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
  const sheetOf = (...rows: string[]) =>
    rows.map((cells, index) => `<row r="${index + 1}">${cells}</row>`).join('');

  it('gives cells with their types, and says where a formula stands', async () => {
    const sheet = sheetOf(
      ['A', 'B', 'C'].map((letter) => inline(`${letter}1`, letter)).join(''),
      inline('A2', '000123') + number('B2', '4000') + number('C2', '1', ' t="b"'),
      `${inline('A3', 'x')}<c r="B3"><f>1+1</f><v>2</v></c>${number('C3', '45000', ' s="1"')}`,
    );
    const { rows } = await readWorkbook(testWorkbook(sheet), limits);
    expect(rows.slice(0, 2)).toEqual([
      ['A', 'B', 'C'],
      ['000123', 4000, true],
    ]);
    expect(rows[2]?.[1]).toEqual({ formula: true });
    expect(rows[2]?.[2]).toBeInstanceOf(Date);
    const gap = `<row r="1">${inline('A1', 'A')}</row><row r="4">${number('B4', '7')}</row>`;
    const sparse = await readWorkbook(testWorkbook(gap), limits);
    expect(sparse.rows[3]).toEqual([null, 7]);
  });

  it('finds formulas behind prefixes, shared ones and such as hide', async () => {
    for (const cell of [
      '<c r="A1" t="str"><f t="shared" si="0"/><v>5</v></c>',
      '<x:c xmlns:x="y" r="A1"><x:f>1</x:f><x:v>5</x:v></x:c>',
      "<c t='n' r='A1'><f\n>1</f><v>5</v></c>",
    ]) {
      const { rows } = await readWorkbook(testWorkbook(sheetOf(cell)), limits);
      expect(rows[0]?.[0], cell).toEqual({ formula: true });
    }
    const nowhere = sheetOf('<c><f>1</f><v>5</v></c>');
    await expect(readWorkbook(testWorkbook(nowhere), limits)).rejects.toThrow('no known cell');
  });

  it('is refused where it is too large, damaged, or more than a table', async () => {
    const sheet = sheetOf(number('A1', '1'));
    const large = testWorkbook(`${sheet}<!--${'x'.repeat(300_000)}-->`);
    await expect(readWorkbook(large, limits)).rejects.toThrow(TableUnreadable);
    const doctype = testWorkbook(sheet, '<!DOCTYPE x [<!ENTITY a "b">]>');
    await expect(readWorkbook(doctype, limits)).rejects.toThrow('document type');
    const bytes = testWorkbook(sheet);
    for (let place = 0; place < bytes.length; place += 7) {
      const damaged = Uint8Array.from(bytes).with(place, (bytes[place] ?? 0) ^ 0x55);
      const outcome = await readWorkbook(damaged, limits).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(TableUnreadable);
    }
    for (let length = 0; length < bytes.length; length += 50) {
      const cut = readWorkbook(bytes.subarray(0, length), limits);
      await expect(cut).rejects.toThrow(TableUnreadable);
    }
  });

  it('is unpacked and packed without a difference', () => {
    const parts = new Map([
      ['a.xml', text('<a/>')],
      ['深/b.xml', text('')],
    ]);
    const again = unzip(zip(parts), { wanted: () => true, bytesMax: 100, partsMax: 2 });
    expect([...again].map(([name, part]) => [name, Buffer.from(part).toString()])).toEqual([
      ['a.xml', '<a/>'],
      ['深/b.xml', ''],
    ]);
  });
});
