import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ListAddress, readAddress, writeAddress } from './list-address.ts';
import { toCsv } from './list-export.ts';
import { sparkPath } from './sparkline.tsx';

describe('the address of a list', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const value = fc.stringMatching(/^[a-z_]{1,12}$/);
  const address: fc.Arbitrary<ListAddress> = fc
    .record({
      search: fc.oneof(fc.constant(''), text),
      state: fc.array(value, { maxLength: 3 }),
      sort: fc.option(value, { nil: undefined }),
      cursor: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), { nil: undefined }),
      page: fc.integer({ min: 2, max: 99 }),
      limit: fc.constantFrom(25, 50, 100),
    })
    .map(({ search, state, sort, cursor, page, limit }) => ({
      search,
      filters: state.length > 0 ? { state } : {},
      ...(sort === undefined ? {} : { sort }),
      ...(cursor === undefined ? { page: 1 } : { cursor, page }),
      limit,
    }));

  test('what was written is read again', () => {
    fc.assert(
      fc.property(address, (written) => {
        expect(readAddress(writeAddress('', ['state'], written), ['state'])).toEqual(written);
      }),
    );
  });

  test('whatever stands in an address, a list can be shown', () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        const read = readAddress(query, ['state']);
        expect([25, 50, 100]).toContain(read.limit);
        expect(read.page).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test('parameters of others stay', () => {
    const first = readAddress('?tab=files&q=x', []);
    expect(writeAddress('?tab=files&q=x', [], { ...first, search: '' })).toBe('?tab=files');
  });
});

describe('the export of a list', () => {
  const column = { key: 'a', title: '名称', text: (row: string) => row };

  test('quotes what would break the table', () => {
    expect(toCsv([column], ['a,b', 'c"d', 'e'])).toBe('\uFEFF名称\r\n"a,b"\r\n"c""d"\r\ne\r\n');
  });

  test.each(['=1+1', '+cmd', '@SUM(A1)', '-2+3', '\tx'])('%j cannot run as a formula', (cell) => {
    expect(toCsv([column], [cell])).toContain(`'${cell}`);
  });

  test.each(['-3.5', '+12', '-1,234'])('%j stays a figure', (cell) => {
    expect(toCsv([column], [cell])).not.toContain("'");
  });
});

describe('a spark line', () => {
  test('rises with its values and stays in its field', () => {
    expect(sparkPath([0, 1])).toBe('M0.0 22.0L100.0 2.0');
    expect(sparkPath([5, 5, 5])).not.toContain('NaN');
  });
});
