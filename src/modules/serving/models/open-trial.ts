import type { Kernel } from '#kernel/module.ts';
import type { Compute, ModelSession } from '#modules/compute';
import type { ServingOptions } from '../config.ts';
import type { Remotes } from '../remotes/remotes.ts';
import { readTaskFile } from '../tasks/task-file.ts';
import { type TrialRow, trialFiles } from '../trials/trial-store.ts';

type Uses = {
  kernel: Pick<Kernel, 'db' | 'blobs'>;
  compute: Pick<Compute, 'openModelSession' | 'openTaskSession'>;
  remotes: Pick<Remotes, 'openSession'>;
};

/** Starts what answers the calls of a trial, by its runtime. Throws as `openModelSession` does. */
export async function openTrial(
  trial: TrialRow,
  options: ServingOptions,
  { kernel, compute, remotes }: Uses,
): Promise<ModelSession> {
  if (trial.remote) return remotes.openSession(trial.remote, trial.owner_id);
  const files = await trialFiles(kernel.db.read, trial.id);
  const shared = {
    files,
    threads: options.SERVING_MODEL_THREADS,
    limits: {
      memoryBytes: options.SERVING_MODEL_MEMORY_BYTES_MAX,
      loadSeconds: options.SERVING_MODEL_LOAD_SECONDS_MAX,
      runSeconds: options.SERVING_MODEL_RUN_SECONDS_MAX,
    },
  };
  if (trial.runtime === 'task') {
    const { entry, options: set } = await readTaskFile(files, kernel.blobs);
    const answerBytesMax = options.SERVING_TASK_ANSWER_BYTES_MAX;
    return compute.openTaskSession({ ...shared, entry, options: set, answerBytesMax });
  }
  return compute.openModelSession({ ...shared, entry: trial.path.split('/').at(-1) ?? '' });
}
