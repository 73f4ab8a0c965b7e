import * as z from 'zod';
import { defineMetric, precisionRecall, type Sum, type Weights } from './metric.ts';

/**
 * F1 of flagged rows over all tables together. Beside it precision, recall, and the area under the ROC curve of the scores: the chance that
 * a row to be flagged scores higher than another, equal ones half (Mann and Whitney 1947), as `sklearn.metrics.roc_auc_score` has it;
 * rows of all tables are compared with each other. Every row of a table without an answer is wrong.
 */

const ROWS_MAX = 20_000;
const flag = z.union([z.literal(0), z.literal(1)]);
const expected = z.strictObject({ flags: z.array(flag).min(1).max(ROWS_MAX) });
const answer = z.object({ points: z.array(z.object({ score: z.number(), flag })) });
const tally = z.object({
  flags: z.array(flag),
  /** Null where there was no answer. */
  points: z.object({ flags: z.array(flag), scores: z.array(z.number()) }).nullable(),
});
type Tally = z.output<typeof tally>;

export const flagScores = defineMetric({
  name: 'flag_f1/1',
  better: 'higher',
  ...{ expected, answer, tally, sum },
  judge({ flags }, { points }): Tally | null {
    if (points.length !== flags.length) return null;
    return {
      flags,
      points: { flags: points.map((one) => one.flag), scores: points.map((one) => one.score) },
    };
  },
  miss: ({ flags }): Tally => ({ flags, points: null }),
  caseScore(one) {
    const counts = countsOf(one);
    return counts.found + counts.truths === 0 ? 1 : precisionRecall(counts).f1;
  },
});

function countsOf({ flags, points }: Tally) {
  const counts = { hits: 0, found: 0, truths: 0 };
  for (const [row, wanted] of flags.entries()) {
    const found = points ? (points.flags[row] ?? 0) : 1 - wanted;
    counts.truths += wanted;
    counts.found += found;
    counts.hits += wanted & found;
  }
  return counts;
}

function sum(tallies: readonly Tally[]): Sum {
  const counted = tallies.map(countsOf);
  const rates = (weights?: Weights) => {
    const counts = { hits: 0, found: 0, truths: 0 };
    for (const [place, one] of counted.entries()) {
      const weight = weights ? (weights[place] ?? 0) : 1;
      counts.hits += one.hits * weight;
      counts.found += one.found * weight;
      counts.truths += one.truths * weight;
    }
    return { ...precisionRecall(counts), truths: counts.truths, found: counts.found };
  };
  const area = rocArea(
    tallies.flatMap(({ flags, points }) =>
      flags.map((wanted, row) => ({
        wanted,
        score: points ? (points.scores[row] ?? 0) : wanted === 1 ? -Infinity : Infinity,
      })),
    ),
  );
  return {
    score: (weights) => rates(weights).f1,
    figures: { ...rates(), ...(area === null ? {} : { rocArea: area }) },
  };
}

/** Null where all rows are of one kind. */
export function rocArea(rows: readonly { wanted: 0 | 1; score: number }[]): number | null {
  const ordered = rows.toSorted((left, right) =>
    left.score === right.score ? 0 : left.score - right.score,
  );
  const truths = rows.filter(({ wanted }) => wanted === 1).length;
  const others = rows.length - truths;
  if (truths === 0 || others === 0) return null;
  let ranks = 0;
  for (let start = 0; start < ordered.length; ) {
    let end = start;
    let marked = 0;
    while (end < ordered.length && ordered[end]?.score === ordered[start]?.score) {
      marked += ordered[end]?.wanted ?? 0;
      end += 1;
    }
    ranks += marked * ((start + 1 + end) / 2);
    start = end;
  }
  return (ranks - (truths * (truths + 1)) / 2) / (truths * others);
}
