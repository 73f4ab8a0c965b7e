import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FeaturesError, featureRows } from './feature-rows.ts';
import type { Row } from './isolation.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'touyan-features-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function rowsOf(text: string): Row[] {
  const path = join(folder, 'features.csv');
  writeFileSync(path, text);
  return [...featureRows(path)];
}

test('numbers are numbers, nothing is null, anything else is text', () => {
  expect(
    rowsOf('\ufeffrow,at,温度,note\r\n0,1e3,-2.50,007\r\n\n1,,,"a, ""b""\nc"\n2,1e999,+1,0x1'),
  ).toEqual([
    { row: 0, at: 1000, 温度: -2.5, note: '007' },
    { row: 1, at: null, 温度: null, note: 'a, "b"\nc' },
    { row: 2, at: '1e999', 温度: '+1', note: '0x1' },
  ]);
});

test('whatever text is written as CSV is read again, however long the file', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `x${text}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 400 }), (table) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const lines = table.map((cells) => cells.map(quoted).join(','));
      const expected = table.map(([a, b]) => ({ a, b }));
      expect(rowsOf(`a,b\n${lines.join('\n')}`)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['a,a\n1,2', /header/],
  ['__proto__\n1', /header/],
  ['a,b\n1', /record 2 has 1 cells, not 2/],
  ['a\n"1"2\n', /quoted/],
  [`a\n"${'x'.repeat(1_100_000)}`, /does not end/],
])('%# is refused without repeating a cell', (text, problem) => {
  expect(() => rowsOf(text)).toThrow(FeaturesError);
  expect(() => rowsOf(text)).toThrow(problem);
});
