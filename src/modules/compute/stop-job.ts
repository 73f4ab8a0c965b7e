import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import type { computeContract } from './contract.ts';
import { type EndJob, endWithout } from './end-job.ts';
import { jobOf } from './job-view.ts';
import * as store from './store.ts';

type Uses = { kernel: Kernel; endJob: EndJob; ring(): void };

/**
 * Ends a waiting job at once and asks the host of a running one, if the transaction commits; a job
 * that has ended stays so. The job as it then stands; null where there is none.
 */
export function createStopInTransaction({ kernel: { db, clock }, endJob, ring }: Uses) {
  return async (tx: Executor, jobId: string): Promise<store.JobRow | null> => {
    const row = await store.lockJob(tx, jobId);
    if (!row) return null;
    if (row.state === 'waiting') {
      await endJob(tx, row, endWithout('stopped', 'cancelled', 'The job was stopped.'));
    } else if (row.state === 'running') {
      await store.requestStop(tx, jobId, clock.now());
      db.afterCommit(tx, ring);
    }
    return (await store.readJob(tx, jobId)) ?? row;
  };
}

/** The operation: as above, for a job that the caller may stop. */
export function createStopJob(
  stop: ReturnType<typeof createStopInTransaction>,
  { db }: Kernel,
): Handlers<(typeof computeContract)['operations']>['stopJob'] {
  return async ({ jobId }) => {
    const row = await db.transaction((tx) => stop(tx, jobId));
    if (!row) throw kernelErrors.make.missing({ id: jobId });
    return jobOf(row);
  };
}
