import * as z from 'zod';
import type { Executor } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';

/** What assurance asks of the module compute, and what it reads of what that announces. */

export type EnvironmentName = 'javascript' | 'python';

export type JobProgram = {
  files: readonly { path: string; digest: string }[];
  entry: string;
};

export type JobLimits = { wallSeconds: number; cpuSeconds: number; memoryBytes: number };

export type JobSpec = {
  ownerId: string;
  /** The evaluation. */
  basis: string;
  environment: EnvironmentName;
  program: JobProgram;
  mode: 'rows' | 'batch';
  features?: string;
  inputs?: readonly { name: string; digest: string }[];
  outputs: readonly { name: string; bytesMax: number }[];
  options: Record<string, Json>;
  limits: JobLimits;
  logs: 'full' | 'none';
};

export type Jobs = {
  /** Asks for a job, if the transaction commits; its id. */
  submit(tx: Executor, spec: JobSpec, call: Call): Promise<string>;
  /** Stops a job that has not ended, if the transaction commits. */
  stop(tx: Executor, jobId: string, call: Call): Promise<void>;
  /** What the program printed, where that is kept; null where it is not. */
  readLog(jobId: string): Promise<{ text: string; truncated: boolean } | null>;
};

/** Body of `compute.job_finished`, as far as it is used here. */
export const jobFinished = z.object({
  jobId: z.string(),
  state: z.enum(['done', 'failed', 'stopped']),
  reason: z.string().nullable(),
  outputs: z.array(z.object({ name: z.string(), digest: z.string() })),
  usage: z.object({
    wallMs: z.number(),
    memoryBytesMax: z.number(),
    rowsAnswered: z.number().int().optional(),
  }),
  environmentDigest: z.string(),
  isolation: z.string().optional(),
});
export type JobFinished = z.output<typeof jobFinished>;

/** Name of what a job in rows mode always gives: CSV `row,flag,score`. */
export const predictionsName = 'predictions';
/** Names under which a scorer reads its two inputs. */
export const scorerInputs = { predictions: 'predictions.csv', labels: 'labels.csv' } as const;
