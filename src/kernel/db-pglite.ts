import { Worker } from 'node:worker_threads';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { packedCluster } from './db-pglite-cluster.ts';

type PgliteOptions = { folder: string | null; packed?: URL };

export type PgliteWorkerData = { folder: string | null; packed: string };

/** What the worker thread answers: rows, or the parts of an error worth keeping. */
export type PgliteAnswer =
  | { id: number; rows: unknown[]; affectedRows: number }
  | { id: number; error: { message: string; code: string; constraint?: string; detail?: string } };

export type PgliteRequest = { id: number; text: string; values: readonly unknown[] };

/**
 * PGlite (PostgreSQL compiled to WebAssembly) in a worker thread, so that a slow statement does not
 * hold up the server's event loop. One connection: statements and transactions queue for it.
 */
export function pgliteDialect(options: PgliteOptions): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(options),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

function createDriver(options: PgliteOptions): Driver {
  const channel = openChannel(options);
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const answer = await channel.request(query.sql, query.parameters);
      return { rows: answer.rows as Row[], numAffectedRows: BigInt(answer.affectedRows) };
    },
    streamQuery() {
      throw new Error('PGlite does not stream; page through the rows instead');
    },
  };
  const run = async (text: string) => {
    await connection.executeQuery(CompiledQuery.raw(text));
  };
  const queue = createQueue();
  return {
    init: async () => {},
    acquireConnection: async () => {
      await queue.acquire();
      return connection;
    },
    releaseConnection: async () => queue.release(),
    beginTransaction: () => run('begin'),
    commitTransaction: () => run('commit'),
    rollbackTransaction: () => run('rollback'),
    destroy: () => channel.close(),
  };
}

/** First come, first served; `release` hands over to the next waiter. */
function createQueue(): { acquire(): Promise<void>; release(): void } {
  const waiting: (() => void)[] = [];
  let held = false;
  return {
    acquire() {
      if (!held) {
        held = true;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    release() {
      const next = waiting.shift();
      if (next) next();
      else held = false;
    },
  };
}

type Rows = { rows: unknown[]; affectedRows: number };

function openChannel({ folder, packed = packedCluster }: PgliteOptions) {
  const worker = new Worker(new URL('./db-pglite-worker.ts', import.meta.url), {
    workerData: { folder, packed: packed.href } satisfies PgliteWorkerData,
  });
  const pending = new Map<number, { resolve(rows: Rows): void; reject(error: Error): void }>();
  let lastId = 0;
  let ended: Error | null = null;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
  };
  worker.on('message', (answer: PgliteAnswer) => {
    const request = pending.get(answer.id);
    pending.delete(answer.id);
    if ('rows' in answer) request?.resolve(answer);
    else request?.reject(Object.assign(new Error(answer.error.message), answer.error));
  });
  worker.on('error', end);
  worker.on('exit', () => end(new Error('the database has been closed')));
  const request = (text: string, values: readonly unknown[]): Promise<Rows> => {
    if (ended) return Promise.reject(ended);
    lastId += 1;
    const message: PgliteRequest = { id: lastId, text, values };
    return new Promise((resolve, reject) => {
      pending.set(lastId, { resolve, reject });
      worker.postMessage(message);
    });
  };
  return {
    request,
    async close() {
      if (ended) return;
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      worker.postMessage('close');
      await exited;
    },
  };
}
