import { PostgresDialect } from 'kysely';
import pg from 'pg';

/** PostgreSQL 15 or newer through `pg`, with the shapes that `db.ts` promises. */
export function postgresDialect(options: { url: string; connectionsMax: number }): PostgresDialect {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  types.setTypeParser(pg.types.builtins.DATE, (text: string) => text);
  const pool = new pg.Pool({ connectionString: options.url, max: options.connectionsMax, types });
  // An idle connection that the server closed is replaced at the next use; without a listener, Node
  // ends the process.
  pool.on('error', () => {});
  return new PostgresDialect({ pool });
}
