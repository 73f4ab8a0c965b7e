/**
 * A figure of a bench file as bench/run.ts reads it: one line of JSON. A figure past its limit makes the
 * process exit with 1.
 */
export function figureAtMost(figure: string, value: number, unit: string, limit: number): void {
  print({ figure, value, unit, limit, passed: value <= limit });
}

export function figureAtLeast(figure: string, value: number, unit: string, limit: number): void {
  print({ figure, value, unit, limit, passed: value >= limit });
}

type Figure = { figure: string; value: number; unit: string; limit: number; passed: boolean };

function print(figure: Figure): void {
  if (!figure.passed) process.exitCode = 1;
  console.log(JSON.stringify({ ...figure, value: Number(figure.value.toPrecision(3)) }));
}

/** The value below which that share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
