/**
 * Periods by the calendar of Shanghai (UTC+8; no summer time since 1991). Entered values are of a year,
 * `2025`. Facts are counted by month, `2026-11`; what comes after a month was closed opens a further
 * part of it, `2026-11.2`.
 */

const offsetMs = 8 * 3_600_000;

export type MonthPart = { month: string; part: number };

/** The month of an instant, `YYYY-MM`. */
export function monthOf(time: Date): string {
  return new Date(time.getTime() + offsetMs).toISOString().slice(0, 7);
}

/** The year of an instant, such as 2026. */
export function yearOf(time: Date): number {
  return Number(monthOf(time).slice(0, 4));
}

/** A month as instants: from ≤ time < until. */
export function spanOf(month: string): { from: string; until: string } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const start = (months: number) => new Date(Date.UTC(year, months, 1) - offsetMs).toISOString();
  return { from: start(number - 1), until: start(number) };
}

export function periodCode({ month, part }: MonthPart): string {
  return part === 1 ? month : `${month}.${part}`;
}

/** Null for what is no part of a month. */
export function parsePeriod(code: string): MonthPart | null {
  const [, month, part] = /^(\d{4}-(?:0[1-9]|1[0-2]))(?:\.([2-9]|[1-9]\d{1,2}))?$/.exec(code) ?? [];
  return month === undefined ? null : { month, part: part === undefined ? 1 : Number(part) };
}
