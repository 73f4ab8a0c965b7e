import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Kernel } from '#kernel/module.ts';
import { listOffers, type OfferRow, readOffer } from './store.ts';

type OfferEntry = {
  id: string;
  title: Words;
  summary: Words;
  text: string;
  href: string;
  ownerId: string;
  updatedAt: Date;
};

const BATCH = 100;

/** What the search shows of offers, which everybody may read while they are open. */
export function createSearchEntries({ db }: Pick<Kernel, 'db'>) {
  return {
    kind: 'offer',
    permission: null,
    factKinds: ['exchange.offer_published', 'exchange.offer_withdrawn'],
    async read(offerId: string, executor: Executor): Promise<OfferEntry | null> {
      const row = await readOffer(executor, offerId);
      return row?.state === 'open' ? entryOf(row) : null;
    },
    async *readAll(): AsyncGenerator<OfferEntry> {
      let last: OfferRow | undefined;
      for (;;) {
        const after = last ? { key: last.published_at.toISOString(), id: last.id } : null;
        const page = { after, limit: BATCH };
        const { rows } = await listOffers(db.read, { state: 'open' }, page);
        for (const row of rows) yield entryOf(row);
        last = rows.at(-1);
        if (rows.length < BATCH) return;
      }
    },
  };
}

function entryOf(row: OfferRow): OfferEntry {
  const { purpose } = row.terms;
  return {
    id: row.id,
    title: row.title,
    summary: row.summary,
    text: `${purpose.zh} ${purpose.en}`,
    href: `/exchange/offers/${row.id}`,
    ownerId: row.owner_id,
    updatedAt: row.published_at,
  };
}
