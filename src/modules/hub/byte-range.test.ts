import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRange } from './byte-range.ts';

it('reads ranges as RFC 9110 has them', () => {
  expect(parseRange(undefined, 10)).toBe('whole');
  expect(parseRange('bytes=0-3', 10)).toEqual({ start: 0, end: 4 });
  expect(parseRange('bytes=4-', 10)).toEqual({ start: 4, end: 10 });
  expect(parseRange('bytes=-3', 10)).toEqual({ start: 7, end: 10 });
  expect(parseRange('bytes=5-100', 10)).toEqual({ start: 5, end: 10 });
  expect(parseRange('bytes=10-', 10)).toBe('unsatisfiable');
  expect(parseRange('bytes=-0', 10)).toBe('unsatisfiable');
  expect(parseRange('bytes=0-0', 0)).toBe('unsatisfiable');
  for (const odd of ['bytes=3-1', 'bytes=0-1,4-5', 'rows=0-1', 'bytes=-', 'bytes=a-b']) {
    expect(parseRange(odd, 10)).toBe('whole');
  }
});

it('never gives a range outside the file', () => {
  const header = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.option(fc.nat(30)), fc.option(fc.nat(30)))
      .map(([first, last]) => `bytes=${first ?? ''}-${last ?? ''}`),
  );
  fc.assert(
    fc.property(header, fc.nat(20), (text, sizeBytes) => {
      const range = parseRange(text, sizeBytes);
      if (typeof range === 'string') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.start).toBeLessThan(range.end);
      expect(range.end).toBeLessThanOrEqual(sizeBytes);
    }),
  );
});
