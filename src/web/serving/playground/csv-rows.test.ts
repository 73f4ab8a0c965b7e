import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCsv } from './csv-rows.ts';

test('names, rows, quotes and every end of line', () => {
  expect(readCsv('\uFEFFat, value\r\n1,2\n\n"a ""b"", c",\r3,"4\n5"')).toEqual({
    columns: ['at', 'value'],
    rows: [
      ['1', '2'],
      ['a "b", c', ''],
      ['3', '4\n5'],
    ],
  });
});

test('a table without rows, or with an open quote, is none', () => {
  for (const text of ['', 'a,b', 'a,b\n', '\n\n', 'a\n"1', 'a\n1"2"']) {
    expect(readCsv(text), JSON.stringify(text)).toBeNull();
  }
});

test('what is written with quotes is read as it was', () => {
  const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const row = fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(row, fc.array(row, { minLength: 1, maxLength: 5 }), (columns, rows) => {
      const text = [columns, ...rows].map((cells) => cells.map(quote).join(',')).join('\n');
      expect(readCsv(text)).toEqual({ columns, rows });
    }),
  );
});
