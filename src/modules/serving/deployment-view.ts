import type * as z from 'zod';
import type { DeploymentDetail, deployment, program } from './entities.ts';
import type { DeploymentView, ProgramRow } from './store.ts';
import type { HealthRow } from './store-journal.ts';

/** Rows as operations show them. Options of a program are not shown: they may be its owner's secret. */

export function programOf(row: ProgramRow, mayDeploy: boolean): z.output<typeof program> {
  return {
    programId: row.id,
    programDigest: row.program_digest,
    ownerId: row.owner_id,
    repositoryId: row.repository_id,
    revisionDigest: row.revision_digest,
    entry: row.entry,
    environment: row.environment,
    environmentDigest: row.environment_digest,
    optionsDigest: row.options_digest,
    createdAt: row.created_at.toISOString(),
    actions: mayDeploy ? ['deploy'] : [],
  };
}

export function deploymentOf(row: DeploymentView): z.output<typeof deployment> {
  return {
    deploymentId: row.id,
    programId: row.program_id,
    name: row.name,
    ownerId: row.owner_id,
    state: row.state,
    reason: row.reason,
    revisionDigest: row.revision_digest,
    environment: row.environment,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

export function healthOf(row: HealthRow): DeploymentDetail['health'] {
  return {
    rowsAnswered: row.rows_answered,
    errors: row.errors,
    restarts: row.restarts,
    sessions: row.sessions,
    latencyMsP95: row.latency_ms_p95,
    flaggedShare: row.flagged_share,
  };
}

export function detailOf(
  row: DeploymentView,
  health: HealthRow,
  may: { call: boolean; end: boolean; replay: boolean },
): DeploymentDetail {
  const { stop_id: stopId, stopped_by: by, stopped_at: at, reason } = row;
  const lives = row.state !== 'ended' && row.state !== 'failed';
  return {
    ...deploymentOf(row),
    programDigest: row.program_digest,
    repositoryId: row.repository_id,
    entry: row.entry,
    environmentDigest: row.environment_digest,
    optionsDigest: row.options_digest,
    stop:
      row.state === 'stopped' && stopId !== null
        ? { stopId, reason: reason ?? '', by: by ?? '', at: at?.toISOString() ?? '' }
        : null,
    health: healthOf(health),
    actions: [
      ...(may.call && row.state === 'running' ? ['call' as const] : []),
      ...(may.end && row.state !== 'ended' ? ['end' as const] : []),
      ...(may.replay && (lives || health.rows_answered > 0) ? ['replay' as const] : []),
    ],
  };
}
