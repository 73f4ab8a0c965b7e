import * as z from 'zod';
import { defineMetric, once, type Sum, type Weights } from './metric.ts';

/**
 * Spearman's rank correlation between expected similarities of pairs of texts and the cosines of their embeddings, with mean ranks for
 * equal values, as `scipy.stats.spearmanr` has it and the MTEB benchmark of sentence similarity reports it. Beside it Pearson's
 * correlation. A pair without an answer stands at the wrong end: the least similar where it is expected to be similar, and the
 * other way round.
 */

const expected = z.strictObject({ similarity: z.number() });
const vector = z.array(z.number()).min(1);
const answer = z.object({ embeddings: z.tuple([vector, vector]) });
/** `found` is null where there was no answer. */
const tally = z.object({ expected: z.number(), found: z.number().nullable() });
type Tally = z.output<typeof tally>;

export const rankCorrelation = defineMetric({
  name: 'spearman/1',
  better: 'higher',
  ...{ expected, answer, tally, sum },
  problem: (_, texts) => (texts.length === 2 ? null : 'texts: a case has two'),
  judge({ similarity }, { embeddings: [left, right] }): Tally | null {
    const found = left.length === right.length ? cosineOf(left, right) : Number.NaN;
    return Number.isFinite(found) ? { expected: similarity, found } : null;
  },
  miss: ({ similarity }): Tally => ({ expected: similarity, found: null }),
  // One pair alone cannot be ranked.
  caseScore: ({ found }) => (found === null ? 0 : 1),
});

function cosineOf(left: readonly number[], right: readonly number[]): number {
  let product = 0;
  let one = 0;
  let two = 0;
  for (const [place, value] of left.entries()) {
    const other = right[place] ?? 0;
    product += value * other;
    one += value * value;
    two += other * other;
  }
  return product / Math.sqrt(one * two);
}

function sum(tallies: readonly Tally[]): Sum {
  const wanted = tallies.map((one) => one.expected);
  const middle = wanted.toSorted((a, b) => a - b)[Math.floor(wanted.length / 2)] ?? 0;
  const found = tallies.map((one) => one.found ?? (one.expected >= middle ? -2 : 2));
  const wantedOrder = orderOf(wanted);
  const foundOrder = orderOf(found);
  const score = (weights: Weights) =>
    correlation(
      ranksOf(wanted, wantedOrder, weights),
      ranksOf(found, foundOrder, weights),
      weights,
    );
  const all = once(tallies.length);
  return { score, figures: { spearman: score(all), pearson: correlation(wanted, found, all) } };
}

const orderOf = (values: readonly number[]) =>
  values.map((_, place) => place).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));

/** Mean ranks, where each value stands as often as its weight says. */
function ranksOf(values: readonly number[], order: readonly number[], weights: Weights): number[] {
  const ranks = new Array<number>(values.length).fill(0);
  let before = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let weight = 0;
    const value = values[order[start] ?? 0];
    while (end < order.length && values[order[end] ?? 0] === value) {
      weight += weights[order[end] ?? 0] ?? 0;
      end += 1;
    }
    for (let place = start; place < end; place += 1) {
      ranks[order[place] ?? 0] = before + (weight + 1) / 2;
    }
    before += weight;
    start = end;
  }
  return ranks;
}

/** Pearson's, weighted; 0 where one side does not vary. */
function correlation(left: readonly number[], right: readonly number[], weights: Weights): number {
  const sums = { weight: 0, left: 0, right: 0 };
  for (const [place, value] of left.entries()) {
    const weight = weights[place] ?? 0;
    sums.weight += weight;
    sums.left += weight * value;
    sums.right += weight * (right[place] ?? 0);
  }
  if (sums.weight === 0) return 0;
  const means = { left: sums.left / sums.weight, right: sums.right / sums.weight };
  const spread = { left: 0, right: 0, both: 0 };
  for (const [place, value] of left.entries()) {
    const weight = weights[place] ?? 0;
    const one = value - means.left;
    const other = (right[place] ?? 0) - means.right;
    spread.left += weight * one * one;
    spread.right += weight * other * other;
    spread.both += weight * one * other;
  }
  const scale = Math.sqrt(spread.left * spread.right);
  return scale === 0 ? 0 : spread.both / scale;
}
