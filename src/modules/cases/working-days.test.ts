import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  afterWorkingDays,
  dayAfter,
  dayOf,
  isWorkingDay,
  startOfDay,
  workingDaysBetween,
} from './working-days.ts';

const plain = new Map<string, 'holiday' | 'working'>();
const autumn = new Map<string, 'holiday' | 'working'>([
  ['2026-09-20', 'working'],
  ...['01', '02', '03', '04', '05', '06', '07'].map((d) => [`2026-10-${d}`, 'holiday'] as const),
  ['2026-10-10', 'working'],
]);

const instants = fc.date({
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2027-12-31T00:00:00Z'),
  noInvalidDate: true,
});
const days = fc.integer({ min: 0, max: 800 }).map((n) => {
  return new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
});
const calendars = fc
  .array(fc.tuple(days, fc.constantFrom('holiday' as const, 'working' as const)), { maxLength: 60 })
  .map((entries) => new Map(entries));

it('starts on the day after, and ends at midnight in Shanghai', () => {
  // Monday 23 November 2026, 23:59 in Shanghai; one working day is the whole of Tuesday.
  const due = afterWorkingDays(plain, new Date('2026-11-23T15:59:00Z'), 1);
  expect(due.toISOString()).toBe('2026-11-24T16:00:00.000Z');
  // One minute later it is Tuesday there.
  const later = afterWorkingDays(plain, new Date('2026-11-23T16:00:00Z'), 1);
  expect(later.toISOString()).toBe('2026-11-25T16:00:00.000Z');
});

it('passes over the holidays of October and counts the Saturday that makes up for them', () => {
  // From Wednesday 30 September: 8, 9 and 10 October work, 11 is a Sunday, the fourth day is Monday 12.
  const from = new Date('2026-09-30T02:00:00Z');
  const ends = [1, 3, 4].map((n) =>
    dayOf(new Date(afterWorkingDays(autumn, from, n).getTime() - 1)),
  );
  expect(ends).toEqual(['2026-10-08', '2026-10-10', '2026-10-12']);
});

it('ends after exactly so many working days, the last of which works', () => {
  fc.assert(
    fc.property(calendars, instants, fc.integer({ min: 1, max: 60 }), (calendar, from, count) => {
      const due = afterWorkingDays(calendar, from, count);
      expect(workingDaysBetween(calendar, from, due)).toBe(count);
      expect(workingDaysBetween(calendar, from, new Date(due.getTime() - 1))).toBe(count - 1);
      expect(isWorkingDay(calendar, dayOf(new Date(due.getTime() - 1)))).toBe(true);
    }),
  );
});

it('never gets shorter by a later start, a longer period or one more holiday', () => {
  fc.assert(
    fc.property(
      calendars,
      instants,
      days,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 5_000_000_000 }),
      (calendar, from, day, count, laterMs) => {
        const due = afterWorkingDays(calendar, from, count).getTime();
        const later = new Date(from.getTime() + laterMs);
        expect(afterWorkingDays(calendar, later, count).getTime()).toBeGreaterThanOrEqual(due);
        expect(afterWorkingDays(calendar, from, count + 1).getTime()).toBeGreaterThan(due);
        const stricter = new Map(calendar).set(day, 'holiday');
        expect(afterWorkingDays(stricter, from, count).getTime()).toBeGreaterThanOrEqual(due);
      },
    ),
  );
});

it('has days that follow each other without a gap', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      const day = dayOf(instant);
      expect(startOfDay(day).getTime()).toBeLessThanOrEqual(instant.getTime());
      expect(startOfDay(dayAfter(day)).getTime()).toBeGreaterThan(instant.getTime());
      expect(startOfDay(dayAfter(day)).getTime() - startOfDay(day).getTime()).toBe(86_400_000);
    }),
  );
});

it('refuses counts that are none and calendars without working days', () => {
  for (const count of [0, -1, 1.5, 401]) {
    expect(() => afterWorkingDays(plain, new Date(), count)).toThrow(RangeError);
  }
  const never = { get: () => 'holiday' } as never;
  expect(() => afterWorkingDays(never, new Date(), 1)).toThrow(RangeError);
});
