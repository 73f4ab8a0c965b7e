import { type RawBuilder, sql } from 'kysely';
import { type Executor, json } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Cursor } from '#kernel/page.ts';
import type { ProgramView, Terms } from './entities.ts';

/** The only SQL for products and offers. */

export type ProductRow = {
  id: string;
  program_id: string;
  owner_id: string;
  title: Words;
  summary: Words;
  program: ProgramView;
  created_at: Date;
  offers_open: number;
};

export type OfferRow = {
  id: string;
  product_id: string;
  price_minor: number;
  currency: 'CNY';
  terms: Terms;
  terms_digest: string;
  platform_share_bps: number;
  state: 'open' | 'withdrawn';
  fact_id: string;
  published_at: Date;
  withdrawn_at: Date | null;
  program_id: string;
  owner_id: string;
  title: Words;
  summary: Words;
  program: ProgramView;
};

type Page = { after: Cursor | null; limit: number };

const productColumns = sql`p.id, p.program_id, p.owner_id, p.title, p.summary, p.program,
  p.created_at, (select count(*) from exchange_offers o
    where o.product_id = p.id and o.state = 'open') as offers_open`;

const offerColumns = sql`o.id, o.product_id, o.price_minor, o.currency, o.terms, o.terms_digest,
  o.platform_share_bps, o.state, o.fact_id, o.published_at, o.withdrawn_at, p.program_id,
  p.owner_id, p.title, p.summary, p.program`;
const offers = sql`exchange_offers o join exchange_products p on p.id = o.product_id`;

/** False where the program is a product already. */
export async function insertProduct(
  tx: Executor,
  row: Omit<ProductRow, 'offers_open'>,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into exchange_products (id, program_id, owner_id, title, summary, program, created_at)
    values (${row.id}, ${row.program_id}, ${row.owner_id}, ${json(row.title)},
      ${json(row.summary)}, ${json(row.program)}, ${row.created_at})
    on conflict (program_id) do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

export async function readProduct(
  executor: Executor,
  which: { id: string } | { programId: string },
): Promise<ProductRow | null> {
  const condition =
    'id' in which ? sql`p.id = ${which.id}` : sql`p.program_id = ${which.programId}`;
  const { rows } = await sql<ProductRow>`
    select ${productColumns} from exchange_products p where ${condition}`.execute(executor);
  return rows[0] ?? null;
}

export type ProductFilter = { providerId?: string | undefined; programId?: string | undefined };

export async function listProducts(
  db: Executor,
  filter: ProductFilter,
  page: Page,
): Promise<{ rows: ProductRow[]; total: number }> {
  const wanted = sql.join(
    [
      sql`true`,
      ...equal('p.owner_id', filter.providerId),
      ...equal('p.program_id', filter.programId),
    ],
    sql` and `,
  );
  const { rows } = await sql<ProductRow>`
    select ${productColumns} from exchange_products p
    where ${wanted} ${before('p.created_at', 'p.id', page.after)}
    order by p.created_at desc, p.id desc limit ${page.limit}`.execute(db);
  return { rows, total: await count(db, sql`exchange_products p`, wanted) };
}

type NewOffer = Pick<
  OfferRow,
  | 'id'
  | 'product_id'
  | 'price_minor'
  | 'currency'
  | 'terms'
  | 'terms_digest'
  | 'platform_share_bps'
  | 'fact_id'
  | 'published_at'
>;

export async function insertOffer(tx: Executor, row: NewOffer): Promise<void> {
  await sql`
    insert into exchange_offers (id, product_id, price_minor, currency, terms, terms_digest,
      platform_share_bps, state, fact_id, published_at)
    values (${row.id}, ${row.product_id}, ${row.price_minor}, ${row.currency}, ${json(row.terms)},
      ${row.terms_digest}, ${row.platform_share_bps}, 'open', ${row.fact_id},
      ${row.published_at})`.execute(tx);
}

/** Two publications of a product come one after the other. */
export async function lockProduct(tx: Executor, id: string): Promise<void> {
  await sql`select id from exchange_products where id = ${id} for update`.execute(tx);
}

/** The open offer with the very same terms. */
export async function findSameOffer(
  tx: Executor,
  row: Pick<
    OfferRow,
    'product_id' | 'price_minor' | 'currency' | 'terms_digest' | 'platform_share_bps'
  >,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from exchange_offers
    where product_id = ${row.product_id} and price_minor = ${row.price_minor}
      and currency = ${row.currency} and terms_digest = ${row.terms_digest}
      and platform_share_bps = ${row.platform_share_bps} and state = 'open'`.execute(tx);
  return rows[0]?.id ?? null;
}

/** With `lock`, held until the transaction ends. */
export async function readOffer(
  executor: Executor,
  id: string,
  options: { lock?: boolean } = {},
): Promise<OfferRow | null> {
  const lock = options.lock ? sql`for update of o` : sql``;
  const { rows } = await sql<OfferRow>`
    select ${offerColumns} from ${offers} where o.id = ${id} ${lock}`.execute(executor);
  return rows[0] ?? null;
}

export async function recordWithdrawal(tx: Executor, id: string, at: Date): Promise<void> {
  await sql`
    update exchange_offers set state = 'withdrawn', withdrawn_at = ${at}
    where id = ${id}`.execute(tx);
}

export type OfferFilter = {
  q?: string | undefined;
  state?: string | undefined;
  productId?: string | undefined;
  programId?: string | undefined;
  providerId?: string | undefined;
};

export async function listOffers(
  db: Executor,
  filter: OfferFilter,
  page: Page,
): Promise<{ rows: OfferRow[]; total: number }> {
  const pattern = `%${(filter.q ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  const wanted = sql.join(
    [
      sql`true`,
      ...equal('o.state', filter.state),
      ...equal('o.product_id', filter.productId),
      ...equal('p.program_id', filter.programId),
      ...equal('p.owner_id', filter.providerId),
      ...(filter.q
        ? [
            sql`concat_ws(' ', p.title->>'zh', p.title->>'en', p.summary->>'zh',
              p.summary->>'en') ilike ${pattern}`,
          ]
        : []),
    ],
    sql` and `,
  );
  const { rows } = await sql<OfferRow>`
    select ${offerColumns} from ${offers}
    where ${wanted} ${before('o.published_at', 'o.id', page.after)}
    order by o.published_at desc, o.id desc limit ${page.limit}`.execute(db);
  return { rows, total: await count(db, offers, wanted) };
}

/** A condition for a filter that is given; none for one that is not. */
export function equal(column: string, value: string | undefined): RawBuilder<unknown>[] {
  return value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
}

/** What comes after a place in a list of the newest first. */
export function before(time: string, id: string, after: Cursor | null): RawBuilder<unknown> {
  return after
    ? sql`and (${sql.ref(time)}, ${sql.ref(id)}) < (${after.key}::timestamptz, ${after.id})`
    : sql``;
}

export async function count(
  db: Executor,
  from: RawBuilder<unknown>,
  wanted: RawBuilder<unknown>,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${from} where ${wanted}`.execute(db);
  return rows[0]?.n ?? 0;
}
