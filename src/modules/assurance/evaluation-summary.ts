import { scoresFor } from './evaluation-view.ts';
import { isOurs } from './reasons.ts';
import type { Scores } from './scores.ts';
import type { EvaluationRow } from './store.ts';

/** What later modules read of an evaluation, within the platform. */
export type EvaluationSummary = {
  evaluationId: string;
  basis: string;
  ownerId: string;
  dataOwnerId: string;
  datasetKind: 'public' | 'hidden';
  revisionDigest: string;
  state: EvaluationRow['state'];
  reason: { code: string; phase: EvaluationRow['phase']; ours: boolean } | null;
  sealed: boolean;
  /** What may be shown to anybody who may see the evaluation. */
  shown: Scores | null;
  /** In full, to rank by and to compute with; while `sealed`, for no reader's eyes. */
  exact: Scores | null;
  scoreFactId: string | null;
  attestedFactId: string | null;
  disclosed: boolean;
  dueAt: Date | null;
  finishedAt: Date | null;
};

export function summaryOf(row: EvaluationRow): EvaluationSummary {
  const { reason_code: code, phase } = row;
  return {
    evaluationId: row.id,
    basis: row.basis,
    ownerId: row.owner_id,
    dataOwnerId: row.data_owner_id,
    datasetKind: row.dataset_kind,
    revisionDigest: row.revision_digest,
    state: row.state,
    reason: code === null ? null : { code, phase, ours: isOurs(code) },
    sealed: row.sealed,
    shown: scoresFor(row, { data: false }),
    exact: row.scores,
    scoreFactId: row.score_fact_id,
    attestedFactId: row.attested_fact_id,
    disclosed: row.disclosed_at !== null,
    dueAt: row.due_at,
    finishedAt: row.finished_at,
  };
}
