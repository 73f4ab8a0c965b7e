import { sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Cursor } from '#kernel/page.ts';
import { findParty, listParties, type Page, type PartyRow } from './store.ts';

export type OrganisationEntry = {
  id: string;
  title: Words;
  summary: Words;
  text: string;
  href: string;
  ownerId: string;
  updatedAt: Date;
};

const BATCH = 100;

/** What the search shows of organisations; persons are not searched for. */
export function createSearchEntries({ db }: Pick<Kernel, 'db'>) {
  const entryOf = (row: PartyRow): OrganisationEntry => ({
    id: row.id,
    title: { zh: row.name, en: row.name },
    summary: { zh: row.description, en: row.description },
    text: '',
    href: `/parties/${row.id}`,
    ownerId: row.id,
    updatedAt: row.createdAt,
  });
  return {
    kind: 'organisation',
    permission: 'parties.party.read',
    factKinds: ['parties.party_created', 'parties.party_suspended', 'parties.party_restored'],
    /** Null for one that is suspended, not there, or no organisation. */
    async read(partyId: string, executor: Executor): Promise<OrganisationEntry | null> {
      const row = await findParty(executor, partyId);
      return row?.kind === 'organisation' && !row.suspendedAt ? entryOf(row) : null;
    },
    async *readAll(): AsyncGenerator<OrganisationEntry> {
      const filter = { visible: sql<boolean>`true`, kind: 'organisation' as const };
      let after: Cursor | null = null;
      for (;;) {
        const cut = { after, limit: BATCH };
        const { rows }: Page<PartyRow> = await listParties(db.read, filter, cut);
        for (const row of rows) yield entryOf(row);
        const last = rows.at(-1);
        if (!last || rows.length < BATCH) return;
        after = { key: last.name, id: last.id };
      }
    },
  };
}
