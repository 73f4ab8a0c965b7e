import type { Database } from './db.ts';
import { pause, type Service } from './service.ts';

const FIRST_MILLISECONDS = 60_000;
const EVERY_MILLISECONDS = 60 * 60 * 1000;

/**
 * Has PGlite look at its tables again now and then. PostgreSQL's autovacuum does so by itself; PGlite
 * has none, and plans long lists badly without.
 */
export function databaseUpkeep(db: Database): Service {
  return {
    name: 'database-upkeep',
    async run(signal) {
      let wait = FIRST_MILLISECONDS;
      while (db.engine === 'pglite' && !signal.aborted) {
        await pause(wait, signal);
        if (!signal.aborted) await db.raw('vacuum analyze');
        wait = EVERY_MILLISECONDS;
      }
    },
  };
}
