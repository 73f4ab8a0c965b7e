import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gapsBetween, remainder, runsOf } from './facts-places.ts';

const numbers = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }))
  .map((some) => some.toSorted((left, right) => left - right));
const range = ({ first, last }: { first: number; last: number }) =>
  Array.from({ length: last - first + 1 }, (_, offset) => first + offset);

test('runs give every number its place, in the given order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), fc.nat(), (some, start) => {
      const runs = runsOf(
        some.map((sequence) => ({ sequence })),
        start,
      );
      const places = runs.flatMap(({ position, sequence, length }) =>
        Array.from({ length }, (_, offset) => [position + offset, sequence + offset]),
      );
      expect(places).toEqual(some.map((sequence, offset) => [start + offset, sequence]));
    }),
  );
});

test('gaps are exactly what is left out, and shrink by exactly what fills them', () => {
  fc.assert(
    fc.property(numbers, fc.nat({ max: 20 }), numbers, (some, highest, later) => {
      const fresh = some.filter((number) => number > highest);
      const gaps = gapsBetween(highest, fresh);
      const top = fresh.at(-1) ?? highest;
      const missing = range({ first: highest + 1, last: top }).filter((n) => !fresh.includes(n));
      expect(gaps.flatMap(range)).toEqual(missing);
      const filled = later.filter((number) => missing.includes(number));
      const left = gaps.flatMap((gap) => remainder(gap, filled));
      expect(left.flatMap(range)).toEqual(missing.filter((number) => !filled.includes(number)));
    }),
  );
});
