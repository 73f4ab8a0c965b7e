import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextAttempt } from './retry-times.ts';

it('waits longer each time, for about a day, and then gives up', () => {
  const now = new Date(0);
  const waits = [1, 2, 3, 4, 5, 6, 7].map((attempts) => Number(nextAttempt(attempts, now, 0)));
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
  expect(hours).toBeGreaterThan(20);
  expect(nextAttempt(8, now, 0)).toBeNull();
});

it('spreads attempts over a fifth of the wait, never earlier', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, r) => {
        const [first, this_] = [
          Number(nextAttempt(n, new Date(0), 0)),
          Number(nextAttempt(n, new Date(0), r)),
        ];
        expect(this_).toBeGreaterThanOrEqual(first);
        expect(this_).toBeLessThanOrEqual(first * 1.2 + 1);
      },
    ),
  );
});
