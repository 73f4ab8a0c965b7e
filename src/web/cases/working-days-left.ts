/** Days as `2026-11-23`, and what the calendar says of those that differ from the plain week. */
export type Exceptions = ReadonlyMap<string, 'holiday' | 'working'>;

const dayMs = 86_400_000;
const shanghaiMs = 8 * 3_600_000;

/** The day in Shanghai, whose offset is +08:00 all year. */
export function dayIn(instantMs: number): string {
  return new Date(instantMs + shanghaiMs).toISOString().slice(0, 10);
}

/** Whether people work on a day: Monday to Friday, unless the calendar says otherwise. Pure. */
export function isWorkingDay(day: string, exceptions: Exceptions): boolean {
  const listed = exceptions.get(day);
  if (listed !== undefined) return listed === 'working';
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/**
 * Working days after today up to and with the last day of the period; 0 on that day and after. A
 * deadline is the first instant after its last day. Pure.
 */
export function workingDaysLeft(nowMs: number, dueMs: number, exceptions: Exceptions): number {
  const last = dayIn(dueMs - 1);
  let count = 0;
  for (let atMs = nowMs + dayMs; dayIn(atMs) <= last; atMs += dayMs) {
    if (isWorkingDay(dayIn(atMs), exceptions)) count += 1;
  }
  return count;
}
