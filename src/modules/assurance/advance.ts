import type { Executor } from '#kernel/db.ts';
import { Failure } from '#kernel/errors.ts';
import { predictionsName } from '#modules/compute';
import { type Asking, askForJob } from './ask-for-job.ts';
import { announce, type Engine, ownCall } from './engine.ts';
import {
  type Patience,
  type Standing,
  type Step,
  stepAfterFault,
  stepAfterJob,
} from './evaluation-state.ts';
import { finishDone, finishWithout } from './finish.ts';
import type { JobFinished } from './jobs.ts';
import { readScores, scoresBytesMax, scoresName } from './scores.ts';
import * as store from './store.ts';

/**
 * Moves an evaluation on by the end of a job. Jobs that nobody waits for, or no longer, change
 * nothing: the same end may come twice, late, or for the job of another module. The row is locked
 * by its job, so two servers do nothing twice.
 */
export async function takeJobEnd(tx: Executor, end: JobFinished, engine: Engine): Promise<void> {
  const row = await store.lockByJob(tx, end.jobId);
  if (!row) return;
  const step = stepAfterJob(standingOf(row), end, patienceOf(engine));
  if (!step) return;
  const { rowsAnswered = null, wallMs, memoryBytesMax } = end.usage;
  if (row.phase === 'predict') {
    await store.recordMeasured(tx, row.id, { rowsAnswered, wallMs, memoryBytesMax });
  }
  if (step.kind === 'score') await takePredictions(tx, row, end, engine);
  else if (step.kind === 'read_scores') await takeScores(tx, row, end, engine);
  else await fail(tx, row, step, engine);
}

/**
 * Asks for a job; where compute refuses it, that is a fault like any other. A subscriber that threw
 * would stand still, and every other evaluation with it.
 */
export async function askOrWait(
  tx: Executor,
  row: store.EvaluationRow,
  asking: Asking,
  engine: Engine,
): Promise<void> {
  try {
    await askForJob(tx, row, asking, engine, ownCall());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { id } = row;
    engine.kernel.log.error({ error, evaluationId: id }, 'compute refused a job');
    const { phase, attempt } = asking;
    await takeFault(tx, { ...row, phase, attempt }, 'job_refused', engine);
  }
}

/** Ends an evaluation, or lets it try again, after a fault of the present phase. */
export async function takeFault(
  tx: Executor,
  row: store.EvaluationRow,
  code: string,
  engine: Engine,
): Promise<void> {
  await fail(tx, row, stepAfterFault(row, code, patienceOf(engine)), engine);
}

async function fail(tx: Executor, row: store.EvaluationRow, step: Step, engine: Engine) {
  const { clock } = engine.kernel;
  if (step.kind === 'end') {
    await finishWithout(tx, row, step, engine);
  } else if (step.kind === 'again') {
    const dueAt = new Date(clock.now().getTime() + step.afterSeconds * 1_000);
    const { phase } = row;
    const attempt = row.attempt + 1;
    await store.moveTo(tx, row.id, { state: 'waiting', phase, attempt, jobId: null }, dueAt);
    announce(tx, row, engine);
  }
}

async function takePredictions(
  tx: Executor,
  row: store.EvaluationRow,
  end: JobFinished,
  engine: Engine,
): Promise<void> {
  const predictionsDigest = digestOf(end, predictionsName);
  const { environmentDigest, isolation = null } = end;
  if (predictionsDigest === null || environmentDigest === '') {
    return takeFault(tx, row, 'outputs_lost', engine);
  }
  await store.recordPredictions(tx, row.id, {
    digest: predictionsDigest,
    environmentDigest,
    isolation,
  });
  await store.insertObjects(tx, row.id, [predictionsDigest]);
  const asking = { phase: 'score' as const, attempt: 1, predictionsDigest };
  await askOrWait(tx, row, asking, engine);
}

async function takeScores(
  tx: Executor,
  row: store.EvaluationRow,
  end: JobFinished,
  engine: Engine,
): Promise<void> {
  const digest = digestOf(end, scoresName);
  const text = digest === null ? null : await scoresText(digest, engine);
  if (digest === null || text === null || end.environmentDigest === '') {
    return takeFault(tx, row, 'outputs_lost', engine);
  }
  const scores = readScores(text, row.spec.scorePointer);
  if (scores === null) return takeFault(tx, row, 'scores_invalid', engine);
  await store.insertObjects(tx, row.id, [digest]);
  await finishDone(tx, row, { scores, scorerEnvironmentDigest: end.environmentDigest }, engine);
}

// Text that is no UTF-8 is the scorer's fault, and reads as invalid scores.
async function scoresText(digest: string, { kernel }: Engine): Promise<string | null> {
  try {
    return await kernel.blobs.text(digest, scoresBytesMax);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    kernel.log.error({ error, digest }, 'scores could not be read');
    return error.code === 'kernel.blob_not_text' ? '' : null;
  }
}

function digestOf({ outputs }: JobFinished, name: string): string | null {
  return outputs.find((output) => output.name === name)?.digest ?? null;
}

function standingOf({ state, phase, attempt, job_id }: store.EvaluationRow): Standing {
  return { state, phase, attempt, jobId: job_id };
}

function patienceOf({ options }: Engine): Patience {
  return {
    attemptsMax: options.ASSURANCE_ATTEMPTS_MAX,
    retrySeconds: options.ASSURANCE_RETRY_SECONDS,
  };
}
