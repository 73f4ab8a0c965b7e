import { type RawBuilder, sql } from 'kysely';
import { type Executor, texts } from '#kernel/db.ts';
import type { Cursor } from '#kernel/page.ts';
import type { AccountKind } from '#verify/statement.ts';
import type { PostingKind } from './entities.ts';
import { before, count, equal } from './store.ts';

/** The only SQL for accounts, journals, entries and statements. */

export type AccountRow = {
  id: string;
  kind: AccountKind;
  owner_id: string | null;
  agreement_id: string | null;
  currency: 'CNY';
  balance_minor: number;
  entries: number;
};

type AccountName = Pick<AccountRow, 'kind' | 'owner_id' | 'agreement_id' | 'currency'>;

/** False where the account is there already. */
export async function insertAccount(
  tx: Executor,
  row: AccountName & { id: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into exchange_accounts (id, kind, owner_id, agreement_id, currency)
    values (${row.id}, ${row.kind}, ${row.owner_id}, ${row.agreement_id}, ${row.currency})
    on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

export async function findAccount(tx: Executor, name: AccountName): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from exchange_accounts
    where kind = ${name.kind} and currency = ${name.currency}
      and coalesce(owner_id, '') = ${name.owner_id ?? ''}
      and coalesce(agreement_id, '') = ${name.agreement_id ?? ''}`.execute(tx);
  return rows[0]?.id ?? null;
}

/** Adds to a balance; a credit below zero is refused by the table. */
export async function addToBalance(tx: Executor, id: string, amountMinor: number): Promise<void> {
  await sql`
    update exchange_accounts
    set balance_minor = balance_minor + ${amountMinor}, entries = entries + 1
    where id = ${id}`.execute(tx);
}

export type JournalRow = {
  id: string;
  agreement_id: string;
  place: number;
  kind: PostingKind;
  calls: number;
  calls_before: number;
  amount_minor: number;
  platform_minor: number;
  provider_minor: number;
  request_id: string | null;
  fact_id: string;
  posted_at: Date;
};

const journalColumns = sql`id, agreement_id, place, kind, calls, calls_before, amount_minor,
  platform_minor, provider_minor, request_id, fact_id, posted_at`;

export async function insertJournal(tx: Executor, row: JournalRow): Promise<void> {
  await sql`
    insert into exchange_journals (${journalColumns})
    values (${row.id}, ${row.agreement_id}, ${row.place}, ${row.kind}, ${row.calls},
      ${row.calls_before}, ${row.amount_minor}, ${row.platform_minor}, ${row.provider_minor},
      ${row.request_id}, ${row.fact_id}, ${row.posted_at})`.execute(tx);
}

export async function findByRequest(
  tx: Executor,
  agreementId: string,
  requestId: string,
): Promise<JournalRow | null> {
  const { rows } = await sql<JournalRow>`
    select ${journalColumns} from exchange_journals
    where agreement_id = ${agreementId} and request_id = ${requestId}`.execute(tx);
  return rows[0] ?? null;
}

/** The first postings of an agreement, in their order. */
export async function postingsUpTo(
  db: Executor,
  agreementId: string,
  place: number,
): Promise<JournalRow[]> {
  const { rows } = await sql<JournalRow>`
    select ${journalColumns} from exchange_journals
    where agreement_id = ${agreementId} and place <= ${place} order by place`.execute(db);
  return rows;
}

export type Period = { from: Date | null; to: Date | null };

function within(agreementId: string, { from, to }: Period): RawBuilder<unknown> {
  return sql`agreement_id = ${agreementId}
    ${from ? sql`and posted_at >= ${from}` : sql``} ${to ? sql`and posted_at < ${to}` : sql``}`;
}

/** The newest postings of a period, the oldest first. */
export async function postingsOf(
  db: Executor,
  agreementId: string,
  period: Period,
  limit: number,
): Promise<JournalRow[]> {
  const { rows } = await sql<JournalRow>`
    select ${journalColumns} from exchange_journals where ${within(agreementId, period)}
    order by place desc limit ${limit}`.execute(db);
  return rows.reverse();
}

export type Sums = {
  postings: number;
  credit_minor: number;
  returned_minor: number;
  calls: number;
  amount_minor: number;
  platform_minor: number;
  provider_minor: number;
};

export async function sumsOf(db: Executor, agreementId: string, period: Period): Promise<Sums> {
  const of = (kind: PostingKind) => sql`filter (where kind = ${kind})`;
  const { rows } = await sql<Sums>`
    select count(*) as postings,
      coalesce(sum(amount_minor) ${of('credit')}, 0)::bigint as credit_minor,
      coalesce(sum(amount_minor) ${of('return')}, 0)::bigint as returned_minor,
      coalesce(sum(amount_minor) ${of('settlement')}, 0)::bigint as amount_minor,
      coalesce(sum(calls), 0)::bigint as calls,
      coalesce(sum(platform_minor), 0)::bigint as platform_minor,
      coalesce(sum(provider_minor), 0)::bigint as provider_minor
    from exchange_journals where ${within(agreementId, period)}`.execute(db);
  const [sums] = rows;
  if (!sums) throw new Error('a sum has one row');
  return sums;
}

export type EntryRow = {
  id: string;
  journal_id: string;
  account_id: string;
  agreement_id: string;
  place: number;
  amount_minor: number;
  posted_at: Date;
};

export async function insertEntry(tx: Executor, row: EntryRow): Promise<void> {
  await sql`
    insert into exchange_entries (id, journal_id, account_id, agreement_id, place, amount_minor,
      posted_at)
    values (${row.id}, ${row.journal_id}, ${row.account_id}, ${row.agreement_id}, ${row.place},
      ${row.amount_minor}, ${row.posted_at})`.execute(tx);
}

/** How many entries a period has, and what they come to. */
export async function entriesSum(
  db: Executor,
  agreementId: string,
  period: Period,
): Promise<{ entries: number; sum_minor: number }> {
  const { rows } = await sql<{ entries: number; sum_minor: number }>`
    select count(*) as entries, coalesce(sum(amount_minor), 0)::bigint as sum_minor
    from exchange_entries where ${within(agreementId, period)}`.execute(db);
  return rows[0] ?? { entries: 0, sum_minor: 0 };
}

export type ListedEntryRow = EntryRow & {
  kind: PostingKind;
  account: AccountKind;
  owner_id: string | null;
  currency: 'CNY';
};

const entryColumns = sql`e.id, e.journal_id, e.account_id, e.agreement_id, e.place,
  e.amount_minor, e.posted_at, j.kind, c.kind as account, c.owner_id, c.currency`;
const entryTables = sql`exchange_entries e join exchange_journals j on j.id = e.journal_id
  join exchange_accounts c on c.id = e.account_id`;

/** The entries of some postings, in their order. */
export async function entriesOf(
  db: Executor,
  journalIds: readonly string[],
): Promise<ListedEntryRow[]> {
  const { rows } = await sql<ListedEntryRow>`
    select ${entryColumns} from ${entryTables}
    where e.journal_id = any(${texts(journalIds)}) order by e.journal_id, e.place`.execute(db);
  return rows;
}

type Page = { after: Cursor | null; limit: number };

export type EntryFilter = {
  accountId?: string | undefined;
  agreementId?: string | undefined;
  visible: RawBuilder<boolean>;
};

/** Columns for `access.visible` in the list of entries and in that of accounts. */
export const entryColumnsFor = {
  agreement: sql.ref('e.agreement_id'),
  account: sql.ref('c.id'),
} as const satisfies Record<string, RawBuilder<unknown>>;

export async function listEntries(
  db: Executor,
  filter: EntryFilter,
  page: Page,
): Promise<{ rows: ListedEntryRow[]; total: number }> {
  const wanted = sql.join(
    [
      filter.visible,
      ...equal('e.account_id', filter.accountId),
      ...equal('e.agreement_id', filter.agreementId),
    ],
    sql` and `,
  );
  const { rows } = await sql<ListedEntryRow>`
    select ${entryColumns} from ${entryTables}
    where ${wanted} ${before('e.posted_at', 'e.id', page.after)}
    order by e.posted_at desc, e.id desc limit ${page.limit}`.execute(db);
  return { rows, total: await count(db, entryTables, wanted) };
}

export type AccountFilter = {
  ownerId?: string | undefined;
  agreementId?: string | undefined;
  visible: RawBuilder<boolean>;
};

export async function listAccounts(
  db: Executor,
  filter: AccountFilter,
  page: Page,
): Promise<{ rows: AccountRow[]; total: number }> {
  const wanted = sql.join(
    [
      filter.visible,
      ...equal('c.owner_id', filter.ownerId),
      ...equal('c.agreement_id', filter.agreementId),
    ],
    sql` and `,
  );
  const { after } = page;
  const later = after ? sql`and (c.kind, c.id) > (${after.key}, ${after.id})` : sql``;
  const { rows } = await sql<AccountRow>`
    select c.id, c.kind, c.owner_id, c.agreement_id, c.currency, c.balance_minor, c.entries
    from exchange_accounts c where ${wanted} ${later}
    order by c.kind, c.id limit ${page.limit}`.execute(db);
  return { rows, total: await count(db, sql`exchange_accounts c`, wanted) };
}

export type StatementRow = {
  agreement_id: string;
  number: number;
  postings: number;
  document_digest: string;
  fact_id: string;
  issued_at: Date;
};

export async function insertStatement(tx: Executor, row: StatementRow): Promise<void> {
  await sql`
    insert into exchange_statements (agreement_id, number, postings, document_digest, fact_id,
      issued_at)
    values (${row.agreement_id}, ${row.number}, ${row.postings}, ${row.document_digest},
      ${row.fact_id}, ${row.issued_at})`.execute(tx);
  await sql`
    update exchange_agreements set statements = ${row.number}
    where id = ${row.agreement_id}`.execute(tx);
}

export async function lastStatement(
  db: Executor,
  agreementId: string,
): Promise<StatementRow | null> {
  const { rows } = await sql<StatementRow>`
    select agreement_id, number, postings, document_digest, fact_id, issued_at
    from exchange_statements where agreement_id = ${agreementId}
    order by number desc limit 1`.execute(db);
  return rows[0] ?? null;
}
