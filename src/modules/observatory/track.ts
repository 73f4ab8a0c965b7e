import type { Target } from './targets.ts';

/** A published value of one year. */
export type YearValue = { year: number; value: number };

export const trackStates = ['on_path', 'early_warning', 'behind', 'unknown'] as const;
export const trackReasons = [
  'reached',
  'above_path',
  'below_path',
  'trend_misses',
  'mean_holds',
  'mean_misses',
  'last_year_misses',
  'no_base',
  'no_value',
] as const;

/** Where an indicator stands against its target, and why. */
export type Track = {
  state: (typeof trackStates)[number];
  reason: (typeof trackReasons)[number];
  year: number | null;
  /** What is compared: the year's value, or the mean so far. */
  value: number | null;
  /** What the path asks for in that year. */
  expected: number | null;
  /** Where the last step leads by the target's year. */
  projected: number | null;
};

/** To the sixth decimal, so that the path's own rounding never decides. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;

const isMean = ({ shape }: Target) => shape === 'mean' || shape === 'compound_mean';

/**
 * The path, year by year. Empty where it has no beginning: the plan gives no base, and none has been
 * published; growth has none from 0 either.
 */
export function pathOf(target: Target, values: readonly YearValue[]): YearValue[] {
  const { baseYear, year, value } = target;
  const years = Array.from({ length: year - baseYear + 1 }, (_, step) => baseYear + step);
  if (isMean(target)) return years.slice(1).map((each) => ({ year: each, value }));
  const base = values.find((each) => each.year === baseYear)?.value;
  if (base === undefined || (target.shape === 'geometric' && base <= 0)) return [];
  return years.map((each) => {
    const share = (each - baseYear) / (year - baseYear);
    const at =
      target.shape === 'geometric' ? base * (value / base) ** share : base + (value - base) * share;
    return { year: each, value: rounded(at) };
  });
}

/**
 * Against a path: *behind* below it; *early warning* on or above it, where the last step, continued to
 * the target's year, ends below the target; *on path* otherwise. Against a mean: *behind* where the mean
 * so far is below it; *early warning* where only the last year is.
 */
export function trackOf(target: Target, values: readonly YearValue[]): Track {
  const known = values.toSorted((left, right) => left.year - right.year);
  return isMean(target) ? trackMean(target, known) : trackLevel(target, known);
}

const unknown = (reason: 'no_base' | 'no_value'): Track => ({
  ...{ state: 'unknown', reason, year: null, value: null, expected: null, projected: null },
});

function trackLevel(target: Target, values: readonly YearValue[]): Track {
  const path = pathOf(target, values);
  if (path.length === 0) return unknown('no_base');
  const since = values.filter(({ year }) => year >= target.baseYear);
  const last = since.at(-1);
  const before = since.at(-2);
  if (last === undefined || before === undefined) return unknown('no_value');
  const expected = path.find(({ year }) => year === last.year)?.value ?? target.value;
  const left = target.year - last.year;
  const projected = left > 0 ? rounded(continued(target, before, last, left)) : null;
  const at = { year: last.year, value: last.value, expected, projected };
  if (last.value < expected) return { state: 'behind', reason: 'below_path', ...at };
  if (last.value >= target.value) return { state: 'on_path', reason: 'reached', ...at };
  if (projected !== null && projected < target.value) {
    return { state: 'early_warning', reason: 'trend_misses', ...at };
  }
  return { state: 'on_path', reason: 'above_path', ...at };
}

function continued(target: Target, before: YearValue, last: YearValue, years: number): number {
  const steps = years / (last.year - before.year);
  if (target.shape === 'geometric' && before.value > 0) {
    return last.value * (last.value / before.value) ** steps;
  }
  return last.value + (last.value - before.value) * steps;
}

function trackMean(target: Target, values: readonly YearValue[]): Track {
  const inPlan = values.filter(({ year }) => year > target.baseYear && year <= target.year);
  const last = inPlan.at(-1);
  if (last === undefined) return unknown('no_value');
  const mean = rounded(meanOf(target, inPlan));
  const at = { year: last.year, value: mean, expected: target.value, projected: null };
  if (mean < target.value) return { state: 'behind', reason: 'mean_misses', ...at };
  if (last.value < target.value) {
    return { state: 'early_warning', reason: 'last_year_misses', ...at };
  }
  return { state: 'on_path', reason: 'mean_holds', ...at };
}

function meanOf({ shape }: Target, values: readonly YearValue[]): number {
  if (shape === 'mean') {
    return values.reduce((sum, { value }) => sum + value, 0) / values.length;
  }
  const growth = values.reduce((product, { value }) => product * Math.max(0, 1 + value / 100), 1);
  return (growth ** (1 / values.length) - 1) * 100;
}
