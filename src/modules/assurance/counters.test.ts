import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { bounded, boundedCounters } from './counters.ts';

it('counts are powers of two from above, so that they say a few bits at most', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (count) => {
      const shown = bounded(count);
      expect(shown === 0 ? count : Math.log2(shown) % 1).toBe(0);
      expect(shown).toBeGreaterThanOrEqual(count);
      if (count > 1) expect(shown).toBeLessThan(count * 2);
    }),
  );
  const said = new Set(Array.from({ length: 100_000 }, (_, rows) => bounded(rows)));
  expect(said.size).toBeLessThanOrEqual(19);
});

it('bounds everything that a program can choose', () => {
  const measured = { rowsAnswered: 1_234, wallMs: 5_678, memoryBytesMax: 99_999_999 };
  expect(boundedCounters(measured)).toEqual({
    rowsAnswered: 2_048,
    wallSeconds: 8,
    memoryMiB: 128,
  });
  expect(bounded(Number.NaN)).toBe(0);
  expect(bounded(Number.POSITIVE_INFINITY)).toBe(2 ** 40);
});
