import { strict as assert } from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Dialect, Kysely, type RawBuilder, sql } from 'kysely';
import { pgliteDialect } from './db-pglite.ts';
import { postgresDialect } from './db-postgres.ts';

/**
 * The seam to the database. Both engines give the same shapes: bigint and count as number, numeric as
 * string, timestamptz as Date, date as `YYYY-MM-DD`, bytea as Uint8Array, jsonb parsed.
 * A value for a jsonb column is always passed as `json(value)`.
 */
export type Executor = Kysely<unknown>;

export type Database = {
  engine: 'pglite' | 'postgres';
  /** For reads outside a transaction. Throws inside one: PGlite has a single connection. */
  readonly read: Executor;
  /**
   * Runs the work in one transaction; it is committed, or nothing of it happened. Serialisation
   * failures and deadlocks are retried, so the work must have no effect beyond `tx`.
   */
  transaction<Result>(work: (tx: Executor) => Promise<Result>): Promise<Result>;
  /** Calls back once the transaction is durable; never if it rolls back. */
  afterCommit(tx: Executor, callback: () => void): void;
  /** Holds a lock on a name until the transaction ends; false if another has it. */
  tryLock(tx: Executor, name: string): Promise<boolean>;
  /** Raw SQL with positional parameters, for libraries that bring their own statements. */
  raw(text: string, values?: unknown[], tx?: Executor): Promise<{ rows: unknown[] }>;
  /** The typed Kysely instance for libraries that build on Kysely. */
  kysely<Tables>(): Kysely<Tables>;
  close(): Promise<void>;
};

export type DatabaseOptions =
  /** A new folder is made from a packed cluster: an empty one, where none is named. */
  | { engine: 'pglite'; folder: string | null; packed?: URL }
  | { engine: 'postgres'; url: string; connectionsMax: number };

const RETRIED = new Set(['40001', '40P01']);
const ATTEMPTS_MAX = 4;

export function openDatabase(options: DatabaseOptions): Database {
  const dialect: Dialect =
    options.engine === 'pglite' ? pgliteDialect(options) : postgresDialect(options);
  const root = new Kysely<unknown>({ dialect });
  const inside = new AsyncLocalStorage<boolean>();
  const callbacks = new WeakMap<Executor, (() => void)[]>();

  const once = <Result>(work: (tx: Executor) => Promise<Result>): Promise<Result> => {
    const pending: (() => void)[] = [];
    return root
      .transaction()
      .execute((tx) => {
        callbacks.set(tx, pending);
        return inside.run(true, () => work(tx));
      })
      .then((result) => {
        for (const callback of pending) callback();
        return result;
      });
  };

  const outside = (): Executor => {
    assert(!inside.getStore(), 'a transaction is open here: use its tx, not the database');
    return root;
  };

  return {
    engine: options.engine,
    get read() {
      return outside();
    },
    async transaction(work) {
      assert(!inside.getStore(), 'transactions do not nest: pass the open tx on');
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(work);
        } catch (error) {
          if (attempt >= ATTEMPTS_MAX || !RETRIED.has(sqlState(error))) throw error;
        }
      }
    },
    afterCommit(tx, callback) {
      const pending = callbacks.get(tx);
      assert(pending, 'afterCommit needs the tx of an open transaction');
      pending.push(callback);
    },
    async tryLock(tx, name) {
      const { rows } = await sql<{ held: boolean }>`
        select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as held`.execute(tx);
      return rows[0]?.held === true;
    },
    async raw(text, values = [], tx) {
      const executor = tx ?? root;
      return executor.executeQuery(rawQuery(text, values));
    },
    kysely<Tables>() {
      return root as unknown as Kysely<Tables>;
    },
    close: () => root.destroy(),
  };
}

function rawQuery(text: string, values: unknown[]) {
  return {
    sql: text,
    parameters: values,
    query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
    queryId: { queryId: '' },
  } as unknown as Parameters<Executor['executeQuery']>[0];
}

/** The five characters of an SQL error (https://www.postgresql.org/docs/15/errcodes-appendix.html), or ''. */
export function sqlState(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
  return '';
}

/** A parameter for a jsonb column; undefined members are dropped as JSON does. */
export function json(value: unknown): RawBuilder<unknown> {
  return sql`${JSON.stringify(value)}::jsonb`;
}

/** A parameter for a text[] column or `= any(…)`. */
export function texts(values: readonly string[]): RawBuilder<string[]> {
  return sql<string[]>`array(select jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;
}
