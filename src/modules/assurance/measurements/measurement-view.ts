import { taskMetrics } from '../metrics/task-metrics.ts';
import type { MeasurementDetail, MeasurementView } from './measurement-entities.ts';
import { measurementReason } from './measurement-reasons.ts';
import type { MeasurementRow } from './measurement-store.ts';

/** Measurements as operations show them. */

export const betterOf = ({ task }: Pick<MeasurementRow, 'task'>) => taskMetrics[task].better;

export function measurementOf(row: MeasurementRow): MeasurementView {
  return {
    measurementId: row.id,
    trialId: row.trial_id,
    repositoryId: row.repository_id,
    ownerId: row.owner_id,
    title: row.title,
    revisionDigest: row.revision_digest,
    revisionNumber: row.revision_number,
    path: row.path,
    task: row.task,
    suite: {
      repositoryId: row.suite_id,
      revisionDigest: row.suite_digest,
      ownerId: row.suite_owner_id,
      name: row.suite_name,
      open: row.suite_open,
      independent: row.suite_owner_id !== row.owner_id,
    },
    state: row.state,
    cases: row.cases,
    casesDone: row.cases_done,
    casesFailed: row.cases_failed,
    metric: row.metric,
    better: betterOf(row),
    score: row.score,
    interval:
      row.interval_low === null || row.interval_high === null
        ? null
        : { low: row.interval_low, high: row.interval_high },
    reason: row.reason_code === null ? null : measurementReason(row.reason_code),
    repeatOf: row.repeat_of,
    repeatOutcome: row.repeat_outcome,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

export function measurementDetailOf(
  row: MeasurementRow,
  more: { repeats: readonly MeasurementRow[]; actions: MeasurementDetail['actions'] },
): MeasurementDetail {
  return {
    ...measurementOf(row),
    source: row.suite_source,
    licence: row.suite_licence,
    figures: row.figures,
    medianMs: row.median_ms,
    p90Ms: row.p90_ms,
    environmentDigest: row.environment_digest,
    outputsDigest: row.outputs_digest,
    differing: row.differing,
    factId: row.fact_id,
    requestedBy: row.requested_by,
    startedAt: row.started_at?.toISOString() ?? null,
    repeats: more.repeats.map((one) => ({
      measurementId: one.id,
      by: one.requested_by,
      state: one.state,
      outcome: one.repeat_outcome,
      differing: one.differing,
      environmentDigest: one.environment_digest,
      createdAt: one.created_at.toISOString(),
    })),
    actions: more.actions,
  };
}
