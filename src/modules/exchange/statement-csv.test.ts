import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StatementView } from './entities.ts';
import { decimal, statementCsv } from './statement-csv.ts';

const statement = (names: { title: string; buyerName: string; sellerName: string }) =>
  ({
    ...{ agreementId: 'a', currency: 'CNY', ...names, title: { zh: names.title, en: '' } },
    postings: [
      {
        ...{ journalId: 'j', place: 1, kind: 'settlement', calls: 3, amountMinor: 21 },
        ...{ postedAt: '2026-11-23T00:00:00.000Z', factId: 'fact_1' },
        entries: [{ entryId: 'e', accountId: 'c', account: 'credit', amountMinor: -21 }],
      },
    ],
  }) as unknown as StatementView;

it('quotes what needs it, and lets no name become a formula', () => {
  const text = statementCsv(
    statement({ title: '=cmd|calc', buyerName: '@x,"y"', sellerName: '-1\n2' }),
    'zh',
  );
  expect(text.startsWith('\uFEFF序号,')).toBe(true);
  expect(text.split('\r\n')[1]).toBe(
    '1,2026-11-23T00:00:00.000Z,结算,3,买方预付,-0.21,CNY,\'=cmd|calc,"\'@x,""y""","\'-1\n2",fact_1',
  );
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('=', '+', '-', '@', '\t', '\r'), (rest, first) => {
      const row = statementCsv(
        statement({ title: `${first}${rest}`, buyerName: '', sellerName: '' }),
        'zh',
      );
      expect(row).toMatch(/CNY,"?'/);
    }),
  );
});

it('writes minor units by their digits alone', () => {
  expect([0, 5, -5, 100, -123456].map(decimal)).toEqual([
    ...['0.00', '0.05', '-0.05', '1.00', '-1234.56'],
  ]);
  fc.assert(
    fc.property(fc.maxSafeInteger(), (minor) => {
      expect(Number(decimal(minor).replace('.', ''))).toBe(minor === 0 ? 0 : minor);
    }),
  );
});
