import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRunningMedian } from './running-median.ts';

it('is the median of what was added and not removed', () => {
  const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(number), fc.nat({ max: 9 }), (values, kept) => {
      const running = createRunningMedian();
      for (const [place, value] of values.entries()) {
        running.add(value);
        if (place > kept) running.remove(values[place - kept - 1] ?? Number.NaN);
        const held = values.slice(Math.max(0, place - kept), place + 1);
        const sorted = held.filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
        const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
        const high = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
        expect(running.median()).toBe((low + high) / 2);
      }
    }),
  );
});
