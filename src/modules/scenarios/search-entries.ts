import { sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Kernel } from '#kernel/module.ts';
import { isPublished } from './call-state.ts';
import * as store from './store.ts';

export type CallEntry = {
  id: string;
  title: Words;
  summary: Words;
  /** More words to find it by: its page, its rules and its scenario. */
  text: string;
  href: string;
  ownerId: string;
  updatedAt: Date;
};

const BATCH = 100;

/** What the search shows of published calls: who may find one is asked of access, by its id. */
export function createSearchEntries({ db }: Kernel) {
  const entryOf = async (row: store.CallRow, executor: Executor): Promise<CallEntry | null> => {
    const scenario = await store.readScenario(executor, row.scenario_id);
    const { title, page, rules } = row.draft;
    if (!isPublished(row.state) || !row.opened_at || !scenario || !title) return null;
    const parts = [scenario.title, scenario.summary, page, rules];
    const words = parts.flatMap((part) => (part ? [part.zh, part.en] : []));
    return {
      id: row.id,
      title,
      summary: scenario.summary,
      text: [...words, scenario.sector].join('\n'),
      href: `/scenarios/calls/${row.id}`,
      ownerId: row.owner_id,
      updatedAt: row.state_at,
    };
  };
  return {
    kind: 'call',
    resource: 'scenarios.call',
    permission: 'scenarios.call.read',
    factKinds: [
      'scenarios.call_opened',
      'scenarios.call_closed',
      'scenarios.call_stopped',
      'scenarios.awarded',
    ],
    /** Null for one that is not published. */
    async read(callId: string, executor: Executor): Promise<CallEntry | null> {
      const row = await store.readCall(executor, callId);
      return row ? entryOf(row, executor) : null;
    },
    async *readAll(): AsyncGenerator<CallEntry> {
      let cursor: { key: string; id: string } | null = null;
      for (;;) {
        const filter = { visible: sql<boolean>`true`, sort: 'newest' as const };
        const page: { rows: store.ListedCall[] } = await store.listCalls(db.read, filter, {
          cursor,
          limit: BATCH,
        });
        const rows = page.rows.slice(0, BATCH);
        for (const row of rows) {
          const entry = await entryOf(row, db.read);
          if (entry) yield entry;
        }
        const last = rows.at(-1);
        if (!last || page.rows.length <= BATCH) return;
        cursor = store.placeOfCall(last, 'newest');
      }
    },
  };
}
