import { setImmediate } from 'node:timers/promises';
import type { Sum } from './metric.ts';

/** Fewer cases can be drawn in so few ways that their spread says little. */
const CASES_MIN = 5;
const RESAMPLES = 1_000;
const SLICE_MS = 15;

/**
 * The percentile bootstrap (Efron and Tibshirani 1993, ch. 13): where 95 % of the scores lie of a thousand suites that are drawn from the
 * cases with replacement. The same seed gives the same interval. Null under five cases, and where all resamples score alike, as when
 * every case came out right: then they say nothing of what other cases would do. Lets others run every 15 ms.
 * `seed`: at least 32 hexadecimal digits.
 */
export async function bootstrapInterval(
  { score }: Pick<Sum, 'score'>,
  { cases, seed }: { cases: number; seed: string },
): Promise<{ low: number; high: number } | null> {
  if (cases < CASES_MIN) return null;
  const draw = createDraw(seed);
  const weights = new Uint16Array(cases);
  const scores: number[] = [];
  let started = performance.now();
  for (let round = 0; round < RESAMPLES; round += 1) {
    weights.fill(0);
    for (let drawn = 0; drawn < cases; drawn += 1) {
      const place = Math.floor(draw() * cases);
      weights[place] = (weights[place] ?? 0) + 1;
    }
    scores.push(score(weights));
    if (performance.now() - started < SLICE_MS) continue;
    await setImmediate();
    started = performance.now();
  }
  scores.sort((left, right) => left - right);
  if (scores[0] === scores.at(-1)) return null;
  return { low: quantile(scores, 0.025), high: quantile(scores, 0.975) };
}

/** Of sorted values, between the two nearest (numpy's `linear`); 0 of none. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}

/** Numbers from 0 up to 1: sfc32 of PractRand (https://pracrand.sourceforge.net), with 128 bits of the seed. */
function createDraw(seed: string): () => number {
  const part = (place: number) => Number.parseInt(seed.slice(place * 8, place * 8 + 8), 16) | 0;
  let [a, b, c, counter] = [part(0), part(1), part(2), part(3)];
  const next = () => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return (result >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}
