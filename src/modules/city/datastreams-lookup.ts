import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/db.ts';
import { findIngestDatastreams, type IngestDatastream } from './datastreams-store.ts';

/** A key that was rotated on another server works on no longer than this. */
const LEASE_MILLISECONDS = 1_000;
const KNOWN_MAX = 100_000;

/**
 * Datastreams by id as storing needs them, asked for all at once and remembered for a second. Unknown ids are
 * remembered too, so that a sender of nonsense costs one read a second.
 */
export function createDatastreamLookup(uses: { db: Database; clock: Clock }) {
  const known = new Map<string, { found: IngestDatastream | null; until: number }>();
  return {
    async find(ids: ReadonlySet<string>): Promise<Map<string, IngestDatastream>> {
      const now = uses.clock.now().getTime();
      const asked = [...ids].filter((id) => (known.get(id)?.until ?? 0) <= now);
      if (asked.length > 0) {
        if (known.size > KNOWN_MAX) known.clear();
        const rows = await findIngestDatastreams(uses.db.read, asked);
        const until = now + LEASE_MILLISECONDS;
        for (const id of asked) known.set(id, { found: null, until });
        for (const row of rows) known.set(row.id, { found: row, until });
      }
      const found = new Map<string, IngestDatastream>();
      for (const id of ids) {
        const entry = known.get(id)?.found;
        if (entry) found.set(id, entry);
      }
      return found;
    },
    /** A thing has a new key, or new datastreams. */
    forget(datastreamIds: readonly string[]): void {
      for (const id of datastreamIds) known.delete(id);
    },
  };
}

export type DatastreamLookup = ReturnType<typeof createDatastreamLookup>;
