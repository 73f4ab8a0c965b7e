import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { readThing, scanThings, type ThingRow } from './things-store.ts';

const BATCH = 200;

/** What the search shows of things: who may find one is asked of access, by its id. */
export function createSearchEntries({ db }: Kernel) {
  return {
    kind: 'thing',
    permission: 'city.thing.read',
    factKinds: ['city.thing_created'],
    async read(thingId: string, executor: Executor) {
      const row = await readThing(executor, thingId);
      return row ? entryOf(row) : null;
    },
    async *readAll() {
      let after = '';
      for (;;) {
        const rows = await scanThings(db.read, after, BATCH);
        yield* rows.map(entryOf);
        const last = rows.at(-1);
        if (!last || rows.length < BATCH) return;
        after = last.id;
      }
    },
  };
}

function entryOf(row: ThingRow) {
  return {
    id: row.id,
    title: { zh: row.name, en: row.name },
    summary: { zh: row.description, en: row.description },
    text: JSON.stringify(row.properties),
    href: `/city/things/${row.id}`,
    ownerId: row.owner_id,
    updatedAt: row.created_at,
  };
}
