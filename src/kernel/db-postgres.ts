import { PostgresDialect } from 'kysely';
import pg from 'pg';

/** A server that hangs within a transaction holds its locks for no longer: others go on without it. */
const IDLE_IN_TRANSACTION_MS = 15_000;

/** PostgreSQL 15 or newer through `pg`, with the shapes that `db.ts` promises. */
export function postgresDialect(options: { url: string; connectionsMax: number }): PostgresDialect {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  types.setTypeParser(pg.types.builtins.DATE, (text: string) => text);
  const pool = new pg.Pool({
    ...{ connectionString: options.url, max: options.connectionsMax, types },
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  // A connection that was lost is replaced at the next use, and a statement on it fails by itself; but where
  // nobody listens, between statements too, Node ends the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool });
}
