import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialsOf, digitsOf, entryOf, initialOptions } from './program-dials.ts';

const threshold = { default: 5, min: 3, max: 10, step: 0.5, unit: 'σ', zh: '界限', en: 'limit' };

describe('dials of a card', () => {
  test('a number with its range is a dial, under its key and in both languages', () => {
    const dials = dialsOf({ entry: 'main.mjs', options: { threshold } });
    expect(dials).toEqual([
      {
        key: 'threshold',
        initial: 5,
        min: 3,
        max: 10,
        step: 0.5,
        unit: 'σ',
        label: { zh: '界限', en: 'limit' },
      },
    ]);
    expect(initialOptions(dials)).toEqual({ threshold: 5 });
    expect(entryOf({ entry: 'main.mjs' })).toBe('main.mjs');
  });

  test('what cannot be turned is left out', () => {
    const options = {
      mode: { default: 'fast' },
      empty: { default: 1, min: 1, max: 1 },
      still: { default: 1, min: 0, max: 2, step: 0 },
      text: 'fast',
    };
    expect(dialsOf({ options })).toEqual([]);
    expect(dialsOf({})).toEqual([]);
    expect(entryOf({})).toBeUndefined();
  });

  test('whatever a card says, a dial starts within its range', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (options) => {
        for (const { initial, min, max, step } of dialsOf({ options })) {
          expect(initial).toBeGreaterThanOrEqual(min);
          expect(initial).toBeLessThanOrEqual(max);
          expect(step).toBeGreaterThan(0);
        }
      }),
    );
    const low = dialsOf({ options: { threshold: { ...threshold, default: -7 } } });
    expect(low[0]?.initial).toBe(3);
  });

  test('digits of a step', () => {
    expect([1, 0.5, 0.05].map(digitsOf)).toEqual([0, 1, 2]);
  });
});
