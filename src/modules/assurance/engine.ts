import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import type { AssuranceOptions } from './config.ts';
import type { Jobs } from './jobs.ts';

/** What every step of an evaluation works with. */
export type Engine = {
  kernel: Kernel;
  jobs: Jobs;
  options: AssuranceOptions;
  /** Makes the watchdog look again. */
  wake(): void;
  /** Counts an evaluation that has ended. */
  countEnd(state: 'done' | 'failed' | 'stopped'): void;
};

/** The call under which the module itself acts. */
export function ownCall(): Call {
  return serviceCall('assurance', new AbortController().signal);
}

/** Tells open pages of an evaluation to read again, once the transaction is durable. */
export function announce(
  tx: Executor,
  row: { id: string; repeat_of: string | null },
  { kernel, wake }: Engine,
): void {
  kernel.db.afterCommit(tx, () => {
    kernel.live.publish('assurance.evaluation');
    kernel.live.publish(`assurance.evaluation/${row.id}`);
    if (row.repeat_of) kernel.live.publish(`assurance.evaluation/${row.repeat_of}`);
    wake();
  });
}

/** The same of a certificate. */
export function announceCertificate(tx: Executor, id: string, { db, live }: Kernel): void {
  db.afterCommit(tx, () => {
    live.publish('assurance.certificate');
    live.publish(`assurance.certificate/${id}`);
  });
}
