import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import type { computeContract } from './contract.ts';
import { type EndJob, endWithout } from './end-job.ts';
import { jobOf } from './job-view.ts';
import * as store from './store.ts';

/** Ends a waiting job at once and asks the host of a running one; a job that has ended stays so. */
export function createStopJob(uses: {
  kernel: Kernel;
  endJob: EndJob;
  ring(): void;
}): Handlers<(typeof computeContract)['operations']>['stopJob'] {
  const { db, clock } = uses.kernel;
  return async ({ jobId }) => {
    return db.transaction(async (tx) => {
      const row = await store.lockJob(tx, jobId);
      if (!row) throw kernelErrors.make.missing({ id: jobId });
      if (row.state === 'waiting') {
        await uses.endJob(tx, row, endWithout('stopped', 'cancelled', 'The job was stopped.'));
      } else if (row.state === 'running') {
        await store.requestStop(tx, jobId, clock.now());
        db.afterCommit(tx, uses.ring);
      }
      return jobOf((await store.readJob(tx, jobId)) ?? row);
    });
  };
}
