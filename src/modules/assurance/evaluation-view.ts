import type { Principal } from '#kernel/principal.ts';
import { boundedCounters } from './counters.ts';
import type { EvaluationDetail, EvaluationView } from './entities.ts';
import { isOurs, sentenceOf } from './reasons.ts';
import { type Scores, shownScores } from './scores.ts';
import type { EvaluationRow } from './store.ts';

/**
 * How much of an evaluation a reader sees. No I/O here: what leaves is decided in this file alone.
 */
export type Sight = {
  /** The reader owns the data, or audits: everything. */
  data: boolean;
};

/**
 * What a reader sees whom access lets see the data, or not. While results are sealed, no role lets
 * anybody look behind them who belongs to the owner of the program and not to that of the data.
 */
export function sightOf(row: EvaluationRow, principal: Principal, allowed: boolean): Sight {
  const belongs = (party: string) =>
    principal.id === party || principal.memberships.some((one) => one.organisation === party);
  const competes = row.sealed && belongs(row.owner_id) && !belongs(row.data_owner_id);
  return { data: allowed && !competes };
}

const MINUTE_MS = 60_000;

/** The line of an evaluation in a list. */
export function viewOf(row: EvaluationRow, sight: Sight): EvaluationView {
  const scores = scoresFor(row, sight);
  return {
    evaluationId: row.id,
    basis: row.basis,
    ownerId: row.owner_id,
    dataOwnerId: row.data_owner_id,
    datasetKind: row.dataset_kind,
    datasetDigest: row.dataset_digest,
    revisionDigest: row.revision_digest,
    state: row.state,
    phase: row.phase,
    attempt: row.attempt,
    sealed: row.sealed,
    score: scores?.score ?? null,
    interval: scores?.interval ?? null,
    reason: reasonOf(row),
    repeatOf: row.repeat_of,
    createdAt: row.created_at.toISOString(),
    finishedAt: finishedAt(row, sight),
  };
}

/** All of an evaluation but what needs a look elsewhere. */
export function detailOf(
  row: EvaluationRow,
  sight: Sight,
): Omit<EvaluationDetail, 'repeats' | 'actions'> {
  const { spec } = row;
  const { data } = sight;
  const bytes = seesBytes(row, sight);
  return {
    ...viewOf(row, sight),
    dueAt: row.due_at?.toISOString() ?? null,
    entry: spec.program.entry,
    environment: spec.program.environment,
    optionsDigest: row.options_digest,
    featuresDigest: spec.features,
    labelsDigest: spec.labels,
    scorerDigest: spec.scorer.revisionDigest,
    scorerOptions: spec.scorerOptions,
    scorePointer: spec.scorePointer,
    environmentDigest: row.environment_digest,
    scorerEnvironmentDigest: row.scorer_environment_digest,
    isolation: row.isolation,
    predictionsDigest: bytes ? row.predictions_digest : null,
    resultDigest: bytes ? row.result_digest : null,
    scores: scoresFor(row, sight),
    cause: data ? row.reason_cause : null,
    counters: row.measured && countersOf(row.measured, bytes),
    disclosedAt: row.disclosed_at?.toISOString() ?? null,
    scoreFactId: row.score_fact_id,
    attestedFactId: row.attested_fact_id,
  };
}

/** The scores that a reader may see; null where there are none. */
export function scoresFor(row: EvaluationRow, { data }: Sight): Scores | null {
  if (!row.scores) return null;
  return data || !row.sealed ? row.scores : shownScores(row.scores, row.spec.precision);
}

/**
 * Whether a reader may see bytes that a program chose while it saw the data, or their digest:
 * whoever wrote the program could try guesses against a digest until one fits.
 */
export function seesBytes(row: EvaluationRow, { data }: Sight): boolean {
  return data || row.dataset_kind === 'public' || row.disclosed_at !== null;
}

function countersOf(measured: NonNullable<EvaluationRow['measured']>, exact: boolean) {
  if (!exact) return boundedCounters(measured);
  const { rowsAnswered, wallMs, memoryBytesMax } = measured;
  return { rowsAnswered, wallSeconds: wallMs / 1_000, memoryMiB: memoryBytesMax / 1_048_576 };
}

function reasonOf({ reason_code: code, phase }: EvaluationRow): EvaluationView['reason'] {
  return code === null ? null : { code, phase, sentence: sentenceOf(code), ours: isOurs(code) };
}

// How long a program takes is its own choice, so on hidden data the end shows to the minute.
function finishedAt(row: EvaluationRow, sight: Sight): string | null {
  if (!row.finished_at || seesBytes(row, sight)) return row.finished_at?.toISOString() ?? null;
  const minute = Math.floor(row.finished_at.getTime() / MINUTE_MS) * MINUTE_MS;
  return new Date(Math.max(minute, row.created_at.getTime())).toISOString();
}
