import type * as z from 'zod';
import { computeContract } from '#contract/compute';
import type { Executor } from '#kernel/db.ts';
import { Failure } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { Compute, JobSpecInput } from '#modules/compute';

/** The module compute as assurance uses it. */

export type EnvironmentName = JobSpecInput['environment'];
export type JobProgram = {
  files: readonly { path: string; digest: string }[];
  entry: string;
};
export type JobLimits = { wallSeconds: number; cpuSeconds: number; memoryBytes: number };

export type Jobs = {
  /** Asks for a job, if the transaction commits; its id. */
  submit: Compute['submit'];
  /** Stops a job that has not ended, once the transaction is durable. */
  stop(tx: Executor, jobId: string, call: Call): void;
  /** What the program printed; null where that is not kept. */
  readLog(jobId: string, call: Call): Promise<{ text: string; truncated: boolean } | null>;
};

export type ComputeUses = {
  submit: Compute['submit'];
  handlers: Pick<Compute['handlers'], 'stopJob' | 'getJobLogs'>;
};

export function jobsOf(compute: ComputeUses, { db, log }: Kernel): Jobs {
  const { submit, handlers } = compute;
  return {
    submit,
    stop(tx, jobId, call) {
      db.afterCommit(tx, () => {
        // One that is not stopped now ends at its own limits, and nobody waits for it.
        handlers
          .stopJob({ jobId }, call)
          .catch((error: unknown) => log.warn({ error, jobId }, 'a job could not be stopped'));
      });
    },
    async readLog(jobId, call) {
      try {
        return await handlers.getJobLogs({ jobId }, call);
      } catch (error) {
        if (error instanceof Failure && error.code === 'compute.logs_withheld') return null;
        throw error;
      }
    },
  };
}

/** Body of the fact that a job has ended. */
export const jobFinished = computeContract.facts['compute.job_finished'];
export type JobFinished = z.output<typeof jobFinished>;

/** Names under which a scorer reads its two inputs. */
export const scorerInputs = { predictions: 'predictions', labels: 'labels' } as const;
