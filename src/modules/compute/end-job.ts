import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { JobReason } from './entities.ts';
import type { JobEnd, JobRow } from './store.ts';
import * as store from './store.ts';

const NOT_RUN = { wallMs: 0, cpuMs: 0, memoryBytesMax: 0 };

export type EndJob = (tx: Executor, row: JobRow, end: Omit<JobEnd, 'finishedAt'>) => Promise<void>;

/** Ends a job that the caller holds locked, and says so once, in the same transaction. */
export function createEndJob({ facts, clock, db, live, metrics }: Kernel): EndJob {
  const finished = metrics.counter({
    module: 'compute',
    name: 'jobs_finished_total',
    help: 'Jobs that ended, by state and reason.',
    labels: ['state', 'reason'],
  });
  const duration = metrics.histogram({
    module: 'compute',
    name: 'job_wall_seconds',
    help: 'How long jobs ran.',
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3600],
  });
  return async (tx, row, end) => {
    const { state, reason, outputs, usage, logs } = end;
    await store.endJob(tx, row.id, { ...end, finishedAt: clock.now() });
    const digests = [...outputs.map(({ digest }) => digest), ...(logs ? [logs.digest] : [])];
    if (digests.length > 0) await store.keepBlobs(tx, row.id, digests);
    await facts.append(tx, {
      kind: 'compute.job_finished',
      subject: row.id,
      actor: 'service:compute',
      body: {
        jobId: row.id,
        basis: row.basis,
        ownerId: row.owner_id,
        ...{ state, reason, outputs, usage },
        environmentDigest: end.environmentDigest ?? '',
        ...(end.isolation ? { isolation: end.isolation } : {}),
      },
    });
    db.afterCommit(tx, () => {
      finished.add({ state, reason: reason ?? 'none' });
      duration.observe({}, usage.wallMs / 1000);
      live.publish(`compute.job/${row.id}`);
    });
  };
}

/** The end of a job that did not run, or of which nothing is known. */
export function endWithout(
  state: 'failed' | 'stopped',
  reason: JobReason,
  detail: string,
): Omit<JobEnd, 'finishedAt'> {
  return {
    ...{ state, reason, detail },
    outputs: [],
    usage: NOT_RUN,
    environmentDigest: null,
    isolation: null,
    logs: null,
  };
}
