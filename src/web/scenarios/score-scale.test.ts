import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOn, scaleOf } from './score-scale.ts';

test('shares stand on an axis from zero to one', () => {
  expect(scaleOf([{ score: 0.7, interval: { low: 0.6, high: 0.8 } }])).toEqual({ low: 0, high: 1 });
  expect(scaleOf([])).toEqual({ low: 0, high: 1 });
  expect(scaleOf([{ score: 37, interval: null }])).toEqual({ low: 0, high: 50 });
  expect(scaleOf([{ score: -3, interval: null }])).toEqual({ low: -5, high: 1 });
});

test('every value has its place on the axis, in order', () => {
  const values = fc.array(fc.float({ min: -1_000, max: 1_000, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, (scores) => {
      const scale = scaleOf(scores.map((score) => ({ score, interval: null })));
      expect(scale.low).toBeLessThan(scale.high);
      for (const score of scores) {
        expect(score).toBeGreaterThanOrEqual(scale.low);
        expect(score).toBeLessThanOrEqual(scale.high);
      }
      const [first = 0, second = 0] = scores;
      expect(placeOn(scale, Math.max(first, second))).toBeGreaterThanOrEqual(
        placeOn(scale, Math.min(first, second)),
      );
    }),
  );
});
