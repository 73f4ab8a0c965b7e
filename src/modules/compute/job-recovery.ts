import type { Kernel } from '#kernel/module.ts';
import type { ComputeOptions } from './config.ts';
import { type EndJob, endWithout } from './end-job.ts';
import * as store from './store.ts';

/**
 * Takes back the jobs of hosts that were lost, and ends those that have waited too long. `all` takes every
 * job that runs elsewhere: right only where no other host can be alive.
 */
export async function recoverJobs(
  options: ComputeOptions,
  uses: { kernel: Kernel; endJob: EndJob },
  { hostId, all }: { hostId: string; all: boolean },
): Promise<number> {
  const { db, clock, log } = uses.kernel;
  return db.transaction(async (tx) => {
    const now = clock.now();
    const dueAt = new Date(now.getTime() + options.COMPUTE_WAIT_SECONDS_MAX * 1000);
    const lost = await store.lockLostJobs(tx, { before: all ? null : now, except: hostId });
    for (const row of lost) {
      log.warn({ job: row.id, attempt: row.attempt }, 'the host of a running job was lost');
      if (row.stop_requested_at) {
        await uses.endJob(tx, row, endWithout('stopped', 'cancelled', 'The job was stopped.'));
      } else if (row.attempt >= options.COMPUTE_ATTEMPTS_MAX) {
        const detail = `The host that ran it was lost, for the ${row.attempt}th time.`;
        await uses.endJob(tx, row, endWithout('failed', 'host_lost', detail));
      } else {
        await store.putBack(tx, row.id, { notBefore: now, dueAt, attempt: row.attempt });
      }
    }
    for (const row of await store.lockOverdueJobs(tx, now)) {
      const detail = `No host took it for ${options.COMPUTE_WAIT_SECONDS_MAX} seconds.`;
      await uses.endJob(tx, row, endWithout('failed', 'wait_limit', detail));
    }
    return lost.length;
  });
}
