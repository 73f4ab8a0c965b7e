import { strict as assert } from 'node:assert';
import type { Executor } from '#kernel/db.ts';
import type { Call } from '#kernel/principal.ts';
import type { JobSpecInput } from '#modules/compute';
import { announce, type Engine } from './engine.ts';
import type { Phase } from './evaluation-state.ts';
import { type JobLimits, scorerInputs } from './jobs.ts';
import { scoresBytesMax, scoresName } from './scores.ts';
import { type EvaluationRow, moveTo } from './store.ts';

/** What the evaluation has to know for its next job. */
export type Asking = { phase: Phase; attempt: number; predictionsDigest: string | null };

/**
 * Asks compute for a job of the evaluation and waits for its end. The two jobs never meet: the
 * first has the program and the features, the second the scorer, the predictions and the labels.
 */
export async function askForJob(
  tx: Executor,
  row: EvaluationRow,
  asking: Asking,
  engine: Engine,
  call: Call,
): Promise<void> {
  const { kernel, jobs, options } = engine;
  const { phase, attempt } = asking;
  const spec = phase === 'predict' ? predictSpec(row) : scoreSpec(row, asking, engine);
  const jobId = await jobs.submit(tx, spec, call);
  const seconds = options.ASSURANCE_WAIT_SECONDS_MAX + spec.limits.wallSeconds;
  const dueAt = new Date(kernel.clock.now().getTime() + seconds * 1_000);
  const state = phase === 'predict' ? 'predicting' : 'scoring';
  await moveTo(tx, row.id, { state, phase, attempt, jobId }, dueAt);
  announce(tx, row, engine);
}

type Spec = JobSpecInput & { limits: JobLimits };

function predictSpec(row: EvaluationRow): Spec {
  const { program, options, features, limits } = row.spec;
  const hidden = row.dataset_kind === 'hidden';
  return {
    // Whoever owns a job sees its usage and outputs: on hidden data that is the owner of the data.
    ownerId: hidden ? row.data_owner_id : row.owner_id,
    basis: row.id,
    environment: program.environment,
    program: { files: [...program.files], entry: program.entry },
    mode: 'rows',
    features,
    outputs: [],
    options,
    limits,
    logs: hidden ? 'none' : 'full',
  };
}

function scoreSpec(row: EvaluationRow, asking: Asking, { options }: Engine): Spec {
  const { scorer, scorerOptions, labels } = row.spec;
  const { predictionsDigest } = asking;
  assert(predictionsDigest, `${row.id} has no predictions to score`);
  return {
    ownerId: row.data_owner_id,
    basis: row.id,
    environment: scorer.environment,
    program: { files: [...scorer.files], entry: scorer.entry },
    mode: 'batch',
    inputs: [
      { name: scorerInputs.predictions, digest: predictionsDigest },
      { name: scorerInputs.labels, digest: labels },
    ],
    outputs: [{ name: scoresName, bytesMax: scoresBytesMax }],
    options: scorerOptions,
    limits: {
      wallSeconds: options.ASSURANCE_SCORE_SECONDS_MAX,
      cpuSeconds: options.ASSURANCE_SCORE_SECONDS_MAX,
      memoryBytes: options.ASSURANCE_SCORE_MEMORY_BYTES_MAX,
    },
    logs: 'full',
  };
}
