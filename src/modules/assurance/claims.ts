import type { Json } from '#kernel/errors.ts';
import type { EvaluationRow } from './store.ts';

/**
 * Claims of an evidence file (`#verify/evidence.ts`) over the fact in which a score was recorded.
 */
export type ScoreClaim = {
  path: string;
  fact: string;
  pointer: string;
  method?: Json;
  attestedBy?: string;
};

/** Numbers that the method `event-f1/1` gives, by member of the fact's body. */
const recomputed = ['precision', 'recall', 'eventsTrue', 'eventsFound', 'falseAlarms'] as const;

type Claimed = Pick<
  EvaluationRow,
  'spec' | 'method' | 'predictions_digest' | 'score_fact_id' | 'attested_fact_id'
>;

/**
 * The claims that rest on a recorded score: `paths` says under which pointer of the document each
 * member of the fact's body stands. Where predictions and labels are disclosed, numbers say how
 * they follow from them.
 */
export function scoreClaims(row: Claimed, paths: Readonly<Record<string, string>>): ScoreClaim[] {
  const fact = row.score_fact_id;
  if (fact === null) return [];
  return Object.entries(paths).map(([member, path]) => {
    const method = methodFor(row, member);
    const attestedBy = member === 'score' ? row.attested_fact_id : null;
    return {
      path,
      fact,
      pointer: `/body/${member}`,
      ...(method === null ? {} : { method }),
      ...(attestedBy === null ? {} : { attestedBy }),
    };
  });
}

function methodFor(row: Claimed, member: string): Json | null {
  const { method, spec, predictions_digest: predictions } = row;
  if (method === null || predictions === null) return null;
  const given = recomputed.find((name) => name === member);
  if (member !== 'score' && given === undefined) return null;
  return {
    kind: method,
    predictions,
    labels: spec.labels,
    pointers: {
      predictions: '/body/predictionsDigest',
      labels: '/body/labelsDigest',
      options: '/body/scorerOptions',
    },
    options: spec.scorerOptions,
    output: given === undefined ? spec.scorePointer : `/${given}`,
  };
}
