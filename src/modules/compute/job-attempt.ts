import type { Kernel } from '#kernel/module.ts';
import type { ComputeOptions } from './config.ts';
import { type EndJob, endWithout } from './end-job.ts';
import type { JobReason } from './entities.ts';
import type { Environment } from './environments.ts';
import type { OpenedHost } from './isolation-service.ts';
import { type Attempt, runJob } from './run-job.ts';
import type { JobEnd, JobRow } from './store.ts';
import * as store from './store.ts';

/** Why an attempt is broken off: its owner stops the job, the server stops, or others took it over. */
export type BreakOff = 'stopped' | 'released' | 'lost';

type Uses = { kernel: Kernel; endJob: EndJob; host: OpenedHost };

const RETRY_SECONDS = 2;

/**
 * One attempt at a job that this host has claimed, to its end in the database. Whatever it did counts only
 * if the job is still held by this attempt when it ends, so that a job ends once, whoever else has begun it
 * again in the meantime.
 */
export async function attemptJob(
  options: ComputeOptions,
  uses: Uses,
  row: JobRow,
  breakOff: AbortSignal,
): Promise<void> {
  const { kernel, host } = uses;
  const { blobs, log } = kernel;
  let attempt: Attempt | null = null;
  let fault = 'The platform could not run the job.';
  try {
    attempt = await runJob(options, { blobs, ...host }, row, breakOff);
  } catch (error) {
    if (!breakOff.aborted) {
      log.error({ job: row.id, attempt: row.attempt, error }, 'a job could not be run');
    }
  }
  if (attempt?.kind === 'ran' && attempt.run.reason === 'isolation_failed') {
    fault = attempt.run.detail;
    log.error({ job: row.id, attempt: row.attempt, fault }, 'isolation failed');
    attempt = null;
  }
  const reason: BreakOff | null = breakOff.aborted ? breakOff.reason : null;
  if (reason === 'lost') return;
  if (reason === 'released') return release(options, uses, row);
  if (!attempt && reason === null) return retryOrFail(options, uses, row, fault);
  const end = attempt
    ? await endOf(options, uses, row, attempt)
    : endWithout('stopped', 'cancelled', 'The job was stopped.');
  await endAttempt(uses, row, end);
}

async function endOf(
  options: ComputeOptions,
  { kernel, host }: Uses,
  row: JobRow,
  attempt: Attempt,
): Promise<Omit<JobEnd, 'finishedAt'>> {
  const ran = ranIn(host.environments, row);
  if (attempt.kind === 'refused') {
    return { ...endWithout('failed', 'inputs_refused', attempt.detail), ...ran };
  }
  const { run, rowsAnswered, outputs } = attempt;
  const { reason, detail, usage, logs } = run;
  const kept = logs
    ? await kernel.blobs.put(Buffer.from(logs.text), {
        bytesMax: options.COMPUTE_LOG_BYTES_MAX * 4,
      })
    : null;
  return {
    state: stateOf(reason),
    reason: reason === 'completed' ? null : reason,
    detail: reason === 'completed' ? null : detail,
    outputs,
    usage: { ...usage, ...(rowsAnswered === null ? {} : { rowsAnswered }) },
    ...ran,
    logs: kept ? { digest: kept.digest, truncated: logs?.truncated ?? false } : null,
  };
}

function stateOf(reason: JobReason | 'completed'): JobEnd['state'] {
  if (reason === 'completed') return 'done';
  return reason === 'cancelled' ? 'stopped' : 'failed';
}

function ranIn(
  environments: readonly Environment[],
  row: JobRow,
): Pick<JobEnd, 'environmentDigest' | 'isolation'> {
  const environment = environments.find(({ name }) => name === row.environment);
  return {
    environmentDigest: environment?.digest ?? null,
    isolation: environment?.isolation ?? null,
  };
}

async function endAttempt(
  { kernel, endJob, host }: Uses,
  row: JobRow,
  end: Omit<JobEnd, 'finishedAt'>,
): Promise<void> {
  await kernel.db.transaction(async (tx) => {
    const held = await store.lockAttempt(tx, markOf(row));
    if (held) await endJob(tx, held, { ...end, ...ranIn(host.environments, row) });
  });
}

/** A fault of ours: tried again a little later, and given up after a number of attempts. */
async function retryOrFail(
  options: ComputeOptions,
  uses: Uses,
  row: JobRow,
  fault: string,
): Promise<void> {
  if (row.attempt >= options.COMPUTE_ATTEMPTS_MAX) {
    return endAttempt(uses, row, endWithout('failed', 'isolation_failed', fault));
  }
  const { db, clock } = uses.kernel;
  const now = clock.now().getTime();
  const wait = RETRY_SECONDS * 2 ** (row.attempt - 1);
  await db.transaction(async (tx) => {
    if (!(await store.lockAttempt(tx, markOf(row)))) return;
    await store.putBack(tx, row.id, {
      notBefore: new Date(now + wait * 1000),
      dueAt: new Date(now + (wait + options.COMPUTE_WAIT_SECONDS_MAX) * 1000),
      attempt: row.attempt,
    });
  });
}

/** The server stops: the job goes back as if this attempt had not been. */
async function release(options: ComputeOptions, { kernel }: Uses, row: JobRow): Promise<void> {
  const now = kernel.clock.now();
  const dueAt = new Date(now.getTime() + options.COMPUTE_WAIT_SECONDS_MAX * 1000);
  await kernel.db.transaction(async (tx) => {
    if (!(await store.lockAttempt(tx, markOf(row)))) return;
    await store.putBack(tx, row.id, { notBefore: now, dueAt, attempt: row.attempt - 1 });
  });
}

function markOf(row: JobRow): store.Mark {
  return { id: row.id, hostId: row.host_id ?? '', attempt: row.attempt };
}
