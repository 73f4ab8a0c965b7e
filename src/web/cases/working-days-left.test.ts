import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workingDaysLeft as left } from './working-days-left.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const none = new Map();

test('weekends do not count, listed days count as they are listed', () => {
  const friday = at('2026-11-20T10:00');
  const wednesday = at('2026-11-25T18:00');
  expect(left(friday, wednesday, none)).toBe(3);
  expect(left(friday, wednesday, new Map([['2026-11-24', 'holiday'] as const]))).toBe(2);
  expect(left(friday, wednesday, new Map([['2026-11-21', 'working'] as const]))).toBe(4);
});

test('on the day of the deadline and after it nothing is left', () => {
  expect(left(at('2026-11-25T09:00'), at('2026-11-25T18:00'), none)).toBe(0);
  expect(left(at('2026-11-27T09:00'), at('2026-11-25T18:00'), none)).toBe(0);
});

test('a deadline at midnight belongs to the day before', () => {
  expect(left(at('2026-11-24T09:00'), at('2026-11-26T00:00'), none)).toBe(1);
});

test('the day is that of Shanghai', () => {
  expect(left(Date.parse('2026-11-23T15:00Z'), at('2026-11-24T01:00'), none)).toBe(1);
  expect(left(Date.parse('2026-11-23T17:00Z'), at('2026-11-24T05:00'), none)).toBe(0);
});

test('a later deadline never leaves fewer days', () => {
  const days = fc.integer({ min: 0, max: 400 });
  fc.assert(
    fc.property(days, days, (first, second) => {
      const now = at('2026-11-20T10:00');
      const due = (count: number) => now + count * 86_400_000;
      const [near, far] = first < second ? [first, second] : [second, first];
      expect(left(now, due(far), none)).toBeGreaterThanOrEqual(left(now, due(near), none));
      expect(left(now, due(far), none)).toBeLessThanOrEqual(far);
    }),
  );
});
