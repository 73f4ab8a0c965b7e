import { strict as assert } from 'node:assert';
import type { ScoreRecorded } from './facts.ts';
import type { Scores } from './scores.ts';
import type { EvaluationRow } from './store.ts';

/** What an evaluation came to. */
export type Outcome = {
  scores: Scores;
  resultDigest: string;
  scorerEnvironmentDigest: string;
};

/**
 * The body of the fact in which a score is recorded: all that it rests on, and the score in full.
 */
export function scoreRecorded(row: EvaluationRow, outcome: Outcome): ScoreRecorded {
  const { spec, predictions_digest, environment_digest } = row;
  assert(predictions_digest && environment_digest, `${row.id} has no predictions`);
  return {
    evaluationId: row.id,
    basis: row.basis,
    revisionDigest: row.revision_digest,
    optionsDigest: row.options_digest,
    datasetKind: row.dataset_kind,
    datasetDigest: row.dataset_digest,
    featuresDigest: spec.features,
    labelsDigest: spec.labels,
    predictionsDigest: predictions_digest,
    scorerDigest: spec.scorer.revisionDigest,
    scorerOptions: spec.scorerOptions,
    scorePointer: spec.scorePointer,
    environmentDigest: environment_digest,
    scorerEnvironmentDigest: outcome.scorerEnvironmentDigest,
    isolation: row.isolation,
    resultDigest: outcome.resultDigest,
    ...outcome.scores,
  };
}

/** The same, read back from an evaluation that is done. */
export function recordedOf(row: EvaluationRow): ScoreRecorded {
  const { scores, result_digest, scorer_environment_digest } = row;
  assert(scores && result_digest && scorer_environment_digest, `${row.id} has no score`);
  const scorerEnvironmentDigest = scorer_environment_digest;
  return scoreRecorded(row, { scores, resultDigest: result_digest, scorerEnvironmentDigest });
}
