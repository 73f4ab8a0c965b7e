import { computeContract } from '#contract/compute';
import type { Blobs } from '#kernel/blobs.ts';
import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import { type Compute, predictionsName } from '#modules/compute';
import type { ServingOptions } from './config.ts';
import type { servingContract } from './contract.ts';
import { type Cell, csvLine, predictionsOf } from './row-table.ts';
import * as store from './store.ts';
import { journalPage, type SessionRow, sessionsOf } from './store-journal.ts';
import * as replays from './store-replays.ts';

type Uses = { kernel: Kernel; compute: Pick<Compute, 'submit'> };
type ReplayHandlers = Pick<
  Handlers<(typeof servingContract)['operations']>,
  'replayDeployment' | 'listReplays' | 'getReplay'
>;

const SESSIONS_MAX = 1_000;
const PAGE_CALLS = 500;
const CSV_BYTES_MAX = 2 ** 33;
const jobFinished = computeContract.facts['compute.job_finished'];

/**
 * Replays: what a deployment was asked goes through the evaluator's own way, a job in rows mode with the
 * same files, environment and options, and each answer is compared with the one that was given.
 */
export function replayHandlers(options: ServingOptions, uses: Uses): ReplayHandlers {
  const { db, ids, clock, blobs, live } = uses.kernel;
  const read = async (deploymentId: string, replayId: string) => {
    const row = await replays.readReplay(db.read, deploymentId, replayId);
    if (!row) throw kernelErrors.make.missing({ id: replayId });
    return viewOf(row);
  };
  return {
    async replayDeployment({ deploymentId }, call) {
      const running = await replays.runningReplay(db.read, deploymentId);
      if (running) return read(deploymentId, running);
      const deployment = await store.readDeployment(db.read, deploymentId);
      if (!deployment) throw kernelErrors.make.missing({ id: deploymentId });
      const sessions = await sessionsOf(db.read, deploymentId, SESSIONS_MAX);
      const features = new Map<string, string>();
      for (const session of sessions) {
        const lines = featuresOf(db.read, session);
        const { digest } = await blobs.put(lines, { bytesMax: CSV_BYTES_MAX });
        features.set(session.id, digest);
      }
      const replayId = ids('replay');
      await db.transaction(async (tx) => {
        await replays.insertReplay(tx, {
          ...{ id: replayId, deployment_id: deploymentId },
          ...{ requested_by: call.principal.id, created_at: clock.now() },
        });
        for (const session of sessions) {
          const jobId = await uses.compute.submit(
            tx,
            {
              // The rows are the caller's: only its own people see the job and what it gives.
              ownerId: session.caller_id,
              basis: replayId,
              environment: deployment.environment,
              program: { files: deployment.files, entry: deployment.entry },
              mode: 'rows',
              features: features.get(session.id),
              outputs: [],
              options: deployment.options,
              limits: limitsOf(session.rows_answered, options),
              logs: 'none',
            },
            call,
          );
          await replays.insertReplayedSession(tx, {
            ...{ replay_id: replayId, session_id: session.id, job_id: jobId },
            inputs: session.rows_answered,
          });
        }
        db.afterCommit(tx, () => live.publish(`serving.deployment/${deploymentId}`));
      });
      return read(deploymentId, replayId);
    },
    getReplay: ({ deploymentId, replayId }) => read(deploymentId, replayId),
    async listReplays({ deploymentId, cursor, limit }) {
      const before = decodeCursor(cursor)?.id ?? null;
      const page = { before, limit: limit + 1 };
      const { rows, total } = await replays.listReplays(db.read, deploymentId, page);
      const { items, nextCursor } = toPage(rows, limit, ({ id }) => ({ key: id, id }));
      return { items: items.map(viewOf), total, nextCursor };
    },
  };
}

const SECONDS_AT_LEAST = 120;
const SECONDS_MOST = 3_600;
const ROWS_A_SECOND_AT_LEAST = 100;

function limitsOf(rows: number, options: ServingOptions) {
  const seconds = SECONDS_AT_LEAST + Math.ceil(rows / ROWS_A_SECOND_AT_LEAST);
  const wallSeconds = Math.min(seconds, SECONDS_MOST);
  return {
    ...{ wallSeconds, cpuSeconds: wallSeconds },
    memoryBytes: options.SERVING_MEMORY_BYTES_MAX,
    rowSeconds: options.SERVING_ROW_SECONDS_MAX,
  };
}

/** The rows of a session as a table of features. */
async function* featuresOf(db: Executor, session: SessionRow): AsyncGenerator<Uint8Array> {
  const columns = session.columns ?? [];
  yield Buffer.from(csvLine(columns));
  for await (const part of partsOf(db, session.id, session.rows_answered)) {
    const rows: Cell[][] = JSON.parse(part.rows);
    yield Buffer.from(rows.map(csvLine).join(''));
  }
}

async function* partsOf(db: Executor, sessionId: string, to: number) {
  for (let from = 0; from < to; ) {
    const parts = await journalPage(db, sessionId, { from, to, limit: PAGE_CALLS });
    const last = parts.at(-1);
    if (!last) return;
    yield* parts;
    from = last.position + 1;
  }
}

/** Compares what a replaying job gave, once, when it has ended. */
export function replaySubscription({ kernel }: Uses): Subscription {
  const { clock, facts, live, db } = kernel;
  return {
    name: 'serving.replays',
    kinds: ['compute.job_finished'],
    async handle(fact, tx) {
      const job = jobFinished.parse(fact.body);
      if (!job.basis.startsWith('replay_')) return;
      const row = await replays.lockReplayed(tx, job.jobId);
      if (!row) return;
      const program = await store.readDeployment(tx, row.deployment_id);
      const output = job.outputs.find(({ name }) => name === predictionsName);
      const same = job.environmentDigest === program?.environment_digest;
      const differences =
        job.state === 'done' && same && output
          ? await countDifferences(tx, kernel.blobs, row, output.digest)
          : null;
      const state = differences === null ? 'failed' : 'done';
      const end = { state, differences: differences ?? 0, at: clock.now() } as const;
      await replays.endReplayed(tx, job.jobId, end);
      await facts.append(tx, {
        ...{ kind: 'serving.session_replayed', subject: row.deployment_id },
        actor: 'service:serving',
        body: {
          ...{ replayId: row.replay_id, deploymentId: row.deployment_id },
          ...{ sessionId: row.session_id, jobId: job.jobId, state, inputs: row.inputs },
          ...{ differences: differences ?? 0, environmentDigest: job.environmentDigest },
        },
      });
      db.afterCommit(tx, () => live.publish(`serving.deployment/${row.deployment_id}`));
    },
  };
}

/** Rows whose flag or score is not what the journal says; one that is missing differs too. */
async function countDifferences(
  tx: Executor,
  blobs: Blobs,
  row: replays.ReplayedSessionRow,
  digest: string,
): Promise<number> {
  const lines = linesOf(blobs.get(digest));
  await lines.next();
  let equal = 0;
  for await (const part of partsOf(tx, row.session_id, row.inputs)) {
    for (const { flag, score } of predictionsOf(part.predictions)) {
      const { value, done } = await lines.next();
      if (done) return row.inputs - equal;
      const [, flagAgain, scoreAgain] = value.split(',');
      if (flagAgain === String(flag) && scoreAgain === String(score)) equal += 1;
    }
  }
  return row.inputs - equal;
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
  return undefined;
}

function viewOf(row: replays.ReplayRow) {
  return {
    replayId: row.id,
    deploymentId: row.deployment_id,
    state: row.state,
    sessions: row.sessions,
    inputs: row.inputs,
    differences: row.differences,
    requestedBy: row.requested_by,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
