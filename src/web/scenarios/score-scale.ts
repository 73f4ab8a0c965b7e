/** The axis on which scores and their intervals are drawn beside each other. Pure. */
export type ScoreScale = { readonly low: number; readonly high: number };

type Drawn = { score: number | null; interval: { low: number; high: number } | null };

/**
 * An axis that holds all of them. It starts at zero where no value is below, and ends at one where
 * no value is above, as shares do; else at the next round figure.
 */
export function scaleOf(rows: readonly Drawn[]): ScoreScale {
  const values = rows.flatMap(({ score, interval }) => [
    ...(score === null ? [] : [score]),
    ...(interval === null ? [] : [interval.low, interval.high]),
  ]);
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  return { low: least === 0 ? 0 : -roundUp(-least), high: most <= 1 ? 1 : roundUp(most) };
}

/** The next of 1, 2, 5 times a power of ten. The value is above zero. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
}

/** Where a value lies on the axis: 0 at its start, 1 at its end. */
export function placeOn({ low, high }: ScoreScale, value: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}
