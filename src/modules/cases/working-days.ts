/**
 * Working days, as administrative deadlines count them. A period in days starts on the day after the one on which
 * it is caused (中华人民共和国民法典, art. 201) and ends at 24:00 of its last day (art. 203). Days are those of
 * Asia/Shanghai, which has been UTC+8 without summer time since 1992.
 */

const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The most working days that a deadline may have. */
export const workingDaysMax = 400;
// A run of days off longer than this is no calendar; the search stops instead of going on for ever.
const SEARCH_DAYS_MAX = 4_000;

/**
 * What differs from the plain week: public holidays, and days at a week's end on which work is made up (调休).
 * Keys are `YYYY-MM-DD`; a day that is not listed works from Monday to Friday.
 */
export type WorkingCalendar = ReadonlyMap<string, 'holiday' | 'working'>;

/** The day on which an instant falls in Shanghai, `YYYY-MM-DD`. */
export function dayOf(instant: Date): string {
  return new Date(instant.getTime() + OFFSET_MS).toISOString().slice(0, 10);
}

/** The first instant of a day in Shanghai. */
export function startOfDay(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) - OFFSET_MS);
}

/** The day after. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + DAY_MS).toISOString().slice(0, 10);
}

export function isWorkingDay(calendar: WorkingCalendar, day: string): boolean {
  const listed = calendar.get(day);
  if (listed !== undefined) return listed === 'working';
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/**
 * The end of a period of working days that something at `from` causes: the first instant after the last of
 * them. Throws RangeError for a count outside 1 to 400, or where the calendar leaves no such day within 4,000.
 */
export function afterWorkingDays(calendar: WorkingCalendar, from: Date, count: number): Date {
  if (!Number.isInteger(count) || count < 1 || count > workingDaysMax) {
    throw new RangeError(`${count} is no count of working days from 1 to ${workingDaysMax}`);
  }
  let day = dayOf(from);
  let left = count;
  for (let searched = 0; searched < SEARCH_DAYS_MAX; searched += 1) {
    day = dayAfter(day);
    if (isWorkingDay(calendar, day)) left -= 1;
    if (left === 0) return startOfDay(dayAfter(day));
  }
  throw new RangeError(`the calendar has no ${count} working days within ${SEARCH_DAYS_MAX} days`);
}

/** Working days which begin after the day of `from` and have ended by `until`; 0 if none. */
export function workingDaysBetween(calendar: WorkingCalendar, from: Date, until: Date): number {
  let count = 0;
  let day = dayAfter(dayOf(from));
  while (startOfDay(dayAfter(day)).getTime() <= until.getTime()) {
    if (isWorkingDay(calendar, day)) count += 1;
    day = dayAfter(day);
  }
  return count;
}
