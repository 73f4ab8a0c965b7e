import { strict as assert } from 'node:assert';
import { sql } from 'kysely';
import { type JobWithMetadata, PgBoss } from 'pg-boss';
import type * as z from 'zod';
import type { Clock } from './clock.ts';
import { type Database, type Executor, json } from './db.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createBell, pause } from './service.ts';
import type { Attempt, SendOptions, Tasks, WorkOptions } from './tasks.ts';
import { createTaskWaker } from './tasks-waker.ts';

type Registration = {
  schema: z.ZodType;
  handler(data: unknown, attempt: Attempt): Promise<void>;
  options: Required<WorkOptions>;
};

type Uses = { db: Database; clock: Clock; ids: Ids; log: Log; metrics: Metrics };

const DEFAULTS = { concurrency: 1, attemptsMax: 5, retrySeconds: 1, runSecondsMax: 900 };
const EARLY_SECONDS_MAX = 30;
const STOP_MS_MAX = 5_000;
const START_RETRY_MS = 1_000;

/**
 * Tasks on pg-boss, in the platform's own database. Its tables (schema `pgboss`) are made in the
 * background while the server already answers; what is sent until then waits in `kernel_tasks_early`.
 * A commit wakes the workers of this server at once; those of others see the task at their next poll.
 */
export function createTasks(options: { pollSeconds: number }, uses: Uses): Tasks {
  const { db, log } = uses;
  const registrations = new Map<string, Registration>();
  const boss = createBoss(db, log);
  const waker = createTaskWaker({ wake: (workerId) => boss.notifyWorker(workerId) }, uses);
  const bell = createBell();
  const counted = uses.metrics.counter({
    module: 'kernel',
    name: 'task_attempts_total',
    help: 'Attempts at background tasks, by what came of them.',
    labels: ['task', 'outcome'],
  });
  let ready = false;
  let sealed = false;

  const send: Tasks['send'] = async (tx, name, data, sendOptions = {}) => {
    const registration = registrations.get(name);
    assert(registration, `nobody works on the task ${name}`);
    registration.schema.parse(data);
    if (!ready) {
      await keepEarly(tx, name, data, sendOptions);
      db.afterCommit(tx, bell.ring);
      return true;
    }
    const { startAfter, singletonKey = uses.ids('once') } = sendOptions;
    const sent = await boss.send(name, data, {
      singletonKey,
      ...(startAfter ? { startAfter } : {}),
      db: { executeSql: (text, values) => db.raw(text, values, tx) as Promise<{ rows: never[] }> },
    });
    db.afterCommit(tx, () => waker.wake(name, startAfter));
    return sent !== null;
  };

  /** Moves the early ones over, in the order in which they were sent. */
  const moveEarly = () =>
    db.transaction(async (tx) => {
      const { rows } = await sql<EarlyTask>`
        with gone as (
          delete from kernel_tasks_early
          where position in (select position from kernel_tasks_early order by position limit 500
            for update skip locked)
          returning position, name, data, start_after, singleton_key
        ) select name, data, start_after, singleton_key from gone order by position`.execute(tx);
      for (const row of rows) {
        if (!registrations.has(row.name)) {
          log.warn({ task: row.name }, 'a task was dropped: this version does not know it');
          continue;
        }
        await send(tx, row.name, row.data, {
          ...(row.start_after ? { startAfter: row.start_after } : {}),
          ...(row.singleton_key ? { singletonKey: row.singleton_key } : {}),
        });
      }
      return rows.length;
    });

  const attempt = async (name: string, job: JobWithMetadata, stopping: AbortSignal) => {
    const registration = registrations.get(name);
    assert(registration);
    const number = job.retryCount + 1;
    const last = job.retryCount >= job.retryLimit;
    const signal = AbortSignal.any([job.signal, stopping]);
    try {
      const data = registration.schema.parse(job.data);
      await registration.handler(data, { taskId: job.id, number, last, signal });
      counted.add({ task: name, outcome: 'done' });
    } catch (error) {
      const outcome = last ? 'given_up' : 'failed';
      counted.add({ task: name, outcome });
      log[last ? 'error' : 'warn'](
        { task: name, taskId: job.id, number, last, error },
        'a task failed',
      );
      waker.wakeAfter(name, retryMsMax(registration, number));
      throw error;
    }
  };

  const begin = async (signal: AbortSignal) => {
    for (const [name, { options: declared }] of registrations) {
      await boss.createQueue(name, { policy: 'short', ...queueOptions(declared) });
      await boss.updateQueue(name, queueOptions(declared));
    }
    if (db.engine === 'pglite') await releaseOrphans(boss, db);
    for (const [name, { options: declared }] of registrations) {
      for (let worker = 0; worker < declared.concurrency; worker += 1) {
        const workerId = await boss.work(
          name,
          { includeMetadata: true, pollingIntervalSeconds: options.pollSeconds },
          async ([job]: JobWithMetadata[]) => {
            assert(job, 'pg-boss hands over one task at a time');
            // The next one at once: by itself a worker would wait for its next poll.
            await attempt(name, job, signal).finally(() => waker.wake(name));
          },
        );
        waker.add(name, workerId);
      }
    }
    ready = true;
  };

  return {
    send,
    work(name, schema, handler, workOptions = {}) {
      assert(!sealed, `${name}: tasks are declared before the service runs`);
      assert(!registrations.has(name), `${name} has its handler already`);
      registrations.set(name, {
        schema,
        handler: (data, given) => handler(schema.parse(data), given),
        options: { ...DEFAULTS, ...workOptions },
      });
    },
    service: {
      name: 'tasks',
      async run(signal) {
        sealed = true;
        await startBoss(boss, log, signal);
        if (!signal.aborted) await begin(signal);
        while (!signal.aborted) {
          while ((await moveEarly()) > 0);
          await bell.sleep(EARLY_SECONDS_MAX * 1000, signal);
        }
        ready = false;
        waker.stop();
        await boss.stop({ graceful: true, timeout: STOP_MS_MAX, close: false });
      },
      async drain() {
        await Promise.all([...registrations.keys()].map((name) => boss.offWork(name)));
      },
    },
  };
}

type EarlyTask = {
  name: string;
  data: object;
  start_after: Date | null;
  singleton_key: string | null;
};

async function keepEarly(tx: Executor, name: string, data: object, options: SendOptions) {
  await sql`
    insert into kernel_tasks_early (name, data, start_after, singleton_key)
    values (${name}, ${json(data)}, ${options.startAfter ?? null}, ${options.singletonKey ?? null})
  `.execute(tx);
}

/** The end of pg-boss' backoff with its jitter, and time for it to write the failure down. */
const retryMsMax = ({ options }: Registration, number: number) =>
  options.retrySeconds * 1000 * 2 ** Math.min(16, number) + 250;

// A running task sends a heartbeat, so that one whose server died is taken up again in some twenty
// seconds (pg-boss allows no shorter heartbeat than ten).
const queueOptions = (declared: Required<WorkOptions>) => ({
  retryLimit: declared.attemptsMax - 1,
  retryDelay: declared.retrySeconds,
  retryBackoff: true,
  expireInSeconds: declared.runSecondsMax,
  heartbeatSeconds: 10,
});

async function startBoss(boss: PgBoss, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await boss.start();
      return;
    } catch (error) {
      log.error({ error }, 'background tasks could not start; trying again');
      await pause(START_RETRY_MS, signal);
    }
  }
}

/** PGlite belongs to one process: whatever it calls active at the start was left by a dead one. */
async function releaseOrphans(boss: PgBoss, db: Database): Promise<void> {
  const { rows } = await sql<{ name: string; id: string }>`
    select name, id::text as id from pgboss.job where state = 'active'`.execute(db.read);
  for (const { name, id } of rows) await boss.fail(name, id, { reason: 'the server stopped' });
}

/** Makes the tables of pg-boss in a database to which a backup is about to be restored. */
export async function prepareTaskTables(db: Database, log: Log): Promise<void> {
  const boss = createBoss(db, log);
  await boss.start();
  await boss.stop({ graceful: false, close: false });
}

function createBoss(db: Database, log: Log): PgBoss {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => execute(db, text, values) },
    backend: db.engine,
    schedule: false,
    registerInstance: false,
    persistWarnings: false,
    monitorVacuum: false,
    reindex: db.engine === 'postgres',
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
  });
  boss.on('error', (error) => log.error({ error }, 'background tasks met an error'));
  boss.on('warning', (warning) => log.warn({ warning }, 'background tasks give a warning'));
  return boss;
}

const BLOCK = /^\s*BEGIN;([\s\S]*)COMMIT;\s*$/;
const LEADING = /^\s*(SET LOCAL [^;]*;|SELECT pg_advisory_xact_lock\([^;]*;)/;

/**
 * pg-boss sends whole `BEGIN; …; COMMIT;` blocks as one text. One that failed would leave the shared
 * connection in an aborted transaction, so its parts run in a transaction of ours instead; the settings
 * in front go one by one, since only a single statement gives its rows back on both engines.
 */
function execute(db: Database, text: string, values?: unknown[]): Promise<{ rows: never[] }> {
  const block = values?.length ? null : BLOCK.exec(text);
  const run = async (statement: string, parameters: unknown[], tx?: Executor) =>
    (await db.raw(statement, parameters, tx)) as { rows: never[] };
  if (!block) return run(text, values ?? []);
  return db.transaction(async (tx) => {
    let rest = block[1] ?? '';
    const rows: never[] = [];
    for (let lead = LEADING.exec(rest); lead; lead = LEADING.exec(rest)) {
      rows.push(...((await run(lead[0], [], tx)).rows ?? []));
      rest = rest.slice(lead[0].length);
    }
    rows.push(...((await run(rest, [], tx)).rows ?? []));
    return { rows };
  });
}
