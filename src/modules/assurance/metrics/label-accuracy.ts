import * as z from 'zod';
import { defineMetric, label, once, type Sum, type Weights } from './metric.ts';

/**
 * Accuracy: the share of cases whose likeliest label is the expected one. Beside it macro F1, the mean over labels of the F1
 * of each, as `sklearn.metrics.f1_score(average='macro', zero_division=0)` has it
 * (https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html); a label counts that was expected or
 * answered in some case. A case without an answer is an answer with no label.
 */

const given = z.array(z.object({ label: z.string() }));
const expected = z.strictObject({ label });
const tally = z.object({ expected: z.string(), found: z.string().nullable() });
type Tally = z.output<typeof tally>;

const shared = {
  name: 'accuracy/1',
  better: 'higher',
  ...{ expected, tally },
  miss: ({ label: wanted }: z.output<typeof expected>): Tally => ({
    ...{ expected: wanted, found: null },
  }),
  caseScore: (one: Tally) => (one.expected === one.found ? 1 : 0),
  sum,
} as const;

/** Of one picture: a list of labels, the likeliest first. */
export const pictureAccuracy = defineMetric({
  ...shared,
  answer: given,
  judge: ({ label: wanted }, [first]): Tally => ({ expected: wanted, found: first?.label ?? null }),
});

/** Of one text: one list of labels for it. */
export const textAccuracy = defineMetric({
  ...shared,
  answer: z.tuple([given]),
  judge: ({ label: wanted }, [[first]]): Tally => ({
    ...{ expected: wanted, found: first?.label ?? null },
  }),
});

function sum(tallies: readonly Tally[]): Sum {
  const score = (weights: Weights) => {
    let right = 0;
    let all = 0;
    for (const [place, one] of tallies.entries()) {
      const weight = weights[place] ?? 0;
      all += weight;
      if (one.expected === one.found) right += weight;
    }
    return all === 0 ? 0 : right / all;
  };
  const counts = countsByLabel(tallies);
  const f1 = [...counts.values()].map(({ hits, found, truths }) => (2 * hits) / (found + truths));
  const f1Macro = f1.length === 0 ? 0 : f1.reduce((all, one) => all + one, 0) / f1.length;
  return { score, figures: { accuracy: score(once(tallies.length)), f1Macro, labels: f1.length } };
}

function countsByLabel(tallies: readonly Tally[]) {
  const counts = new Map<string, { hits: number; found: number; truths: number }>();
  const of = (name: string) => {
    const held = counts.get(name) ?? { hits: 0, found: 0, truths: 0 };
    counts.set(name, held);
    return held;
  };
  for (const one of tallies) {
    of(one.expected).truths += 1;
    if (one.found !== null) of(one.found).found += 1;
    if (one.found === one.expected) of(one.expected).hits += 1;
  }
  return counts;
}
