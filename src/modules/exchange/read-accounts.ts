import { type RawBuilder, sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import { type Cursor, decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import * as books from './books-store.ts';
import type { AccountView, EntryView } from './entities.ts';
import type { Uses } from './module-uses.ts';
import { timeCursor } from './time-cursor.ts';

type Paged = { cursor?: string | undefined; limit: number };

/** The accounts that the caller may see, in the order of kind and id. */
export async function listAccounts(
  input: Omit<books.AccountFilter, 'visible'> & Paged,
  uses: Uses,
  call: Call,
) {
  const { access, db } = uses.kernel;
  const { account } = books.entryColumnsFor;
  const visible = access.visible(call.principal, 'exchange.account.read', account);
  const page = { after: kindCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await books.listAccounts(db.read, { ...input, visible }, page);
  const { items, nextCursor } = toPage(rows, input.limit, ({ kind, id }) => ({ key: kind, id }));
  const owners = items.flatMap(({ owner_id }) => (owner_id === null ? [] : [owner_id]));
  const names = await uses.partyNames(owners);
  return { items: items.map((row) => accountView(row, names)), total, nextCursor };
}

/** The entries of accounts or agreements that the caller may see, the newest first. */
export async function listEntries(
  input: Omit<books.EntryFilter, 'visible'> & Paged,
  uses: Uses,
  call: Call,
) {
  const { access, db } = uses.kernel;
  const { agreement, account } = books.entryColumnsFor;
  const visible: RawBuilder<boolean> = sql`(
    ${access.visible(call.principal, 'exchange.agreement.read', agreement)}
    or ${access.visible(call.principal, 'exchange.account.read', account)})`;
  const page = { after: timeCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await books.listEntries(db.read, { ...input, visible }, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.posted_at.toISOString(),
    id: row.id,
  }));
  return { items: items.map(entryView), total, nextCursor };
}

function kindCursor(text: string | undefined): Cursor | null {
  const cursor = decodeCursor(text);
  if (cursor === null || /^\w+ \w+$/.test(`${cursor.key} ${cursor.id}`)) return cursor;
  throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
}

function accountView(row: books.AccountRow, names: ReadonlyMap<string, string>): AccountView {
  return {
    accountId: row.id,
    kind: row.kind,
    ownerId: row.owner_id,
    ownerName: row.owner_id === null ? null : (names.get(row.owner_id) ?? row.owner_id),
    agreementId: row.agreement_id,
    currency: row.currency,
    balanceMinor: row.balance_minor,
    entries: row.entries,
  };
}

function entryView(row: books.ListedEntryRow): EntryView {
  return {
    entryId: row.id,
    accountId: row.account_id,
    account: row.account,
    ownerId: row.owner_id,
    amountMinor: row.amount_minor,
    journalId: row.journal_id,
    kind: row.kind,
    agreementId: row.agreement_id,
    currency: row.currency,
    postedAt: row.posted_at.toISOString(),
  };
}
