import type { Job, JobDetail } from './entities.ts';
import type { JobRow } from './store.ts';

export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    ownerId: row.owner_id,
    basis: row.basis,
    requestedBy: row.requested_by,
    environment: row.environment,
    mode: row.mode,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    attempt: row.attempt,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    usage: row.usage,
  };
}

/** `ahead` is null for a job that does not wait. */
export function jobDetailOf(row: JobRow, ahead: number | null): JobDetail {
  return {
    ...jobOf(row),
    ahead,
    limits: row.spec.limits,
    logs: row.spec.logs,
    outputs: row.outputs,
    environmentDigest: row.environment_digest,
    isolation: row.isolation,
  };
}
