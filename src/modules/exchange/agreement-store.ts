import { type RawBuilder, sql } from 'kysely';
import { type Executor, json } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import type { Cursor } from '#kernel/page.ts';
import type { AgreementState, StateReason } from './agreement-state.ts';
import type { Side } from './entities.ts';
import { before, count, equal } from './store.ts';

/** The only SQL for agreements and signatures. */

export type AgreementRow = {
  id: string;
  offer_id: string;
  product_id: string;
  program_id: string;
  buyer_id: string;
  seller_id: string;
  currency: 'CNY';
  price_minor: number;
  platform_share_bps: number;
  credit_minor: number;
  calls_max: number | null;
  document: Record<string, Json>;
  document_digest: string;
  state: AgreementState;
  state_reason: StateReason | null;
  end_reason: string | null;
  state_at: Date;
  calls_allowed: number;
  calls_settled: number;
  paid_minor: number;
  settled_minor: number;
  returned_minor: number;
  platform_minor: number;
  postings: number;
  statements: number;
  grant_id: string | null;
  activated_fact_id: string | null;
  activated_at: Date | null;
  valid_until: Date | null;
  due_at: Date | null;
  proposed_by: string;
  created_at: Date;
  title: Words;
};

const columns = sql`a.id, a.offer_id, a.product_id, a.program_id, a.buyer_id, a.seller_id,
  a.currency, a.price_minor, a.platform_share_bps, a.credit_minor, a.calls_max, a.document,
  a.document_digest, a.state, a.state_reason, a.end_reason, a.state_at, a.calls_allowed,
  a.calls_settled, a.paid_minor, a.settled_minor, a.returned_minor, a.platform_minor, a.postings,
  a.statements, a.grant_id, a.activated_fact_id, a.activated_at, a.valid_until, a.due_at,
  a.proposed_by, a.created_at, p.title`;
const tables = sql`exchange_agreements a join exchange_products p on p.id = a.product_id`;

/** The id of every listed agreement, for `access.visible`. */
export const agreementIdColumn: RawBuilder<unknown> = sql.ref('a.id');

export type NewAgreement = Pick<
  AgreementRow,
  | 'id'
  | 'offer_id'
  | 'product_id'
  | 'program_id'
  | 'buyer_id'
  | 'seller_id'
  | 'currency'
  | 'price_minor'
  | 'platform_share_bps'
  | 'credit_minor'
  | 'calls_max'
  | 'document'
  | 'document_digest'
  | 'proposed_by'
  | 'created_at'
>;

export async function insertAgreement(tx: Executor, row: NewAgreement): Promise<void> {
  await sql`
    insert into exchange_agreements (id, offer_id, product_id, program_id, buyer_id, seller_id,
      currency, price_minor, platform_share_bps, credit_minor, calls_max, document,
      document_digest, state, state_at, proposed_by, created_at)
    values (${row.id}, ${row.offer_id}, ${row.product_id}, ${row.program_id}, ${row.buyer_id},
      ${row.seller_id}, ${row.currency}, ${row.price_minor}, ${row.platform_share_bps},
      ${row.credit_minor}, ${row.calls_max}, ${json(row.document)}, ${row.document_digest},
      'draft', ${row.created_at}, ${row.proposed_by}, ${row.created_at})`.execute(tx);
}

/** With `lock`, held until the transaction ends: what happens to an agreement happens one by one. */
export async function readAgreement(
  executor: Executor,
  id: string,
  options: { lock?: boolean } = {},
): Promise<AgreementRow | null> {
  const lock = options.lock ? sql`for update of a` : sql``;
  const { rows } = await sql<AgreementRow>`
    select ${columns} from ${tables} where a.id = ${id} ${lock}`.execute(executor);
  return rows[0] ?? null;
}

export async function findDraft(
  executor: Executor,
  offerId: string,
  buyerId: string,
): Promise<{ id: string; credit_minor: number } | null> {
  const { rows } = await sql<{ id: string; credit_minor: number }>`
    select id, credit_minor from exchange_agreements
    where offer_id = ${offerId} and buyer_id = ${buyerId} and state = 'draft'`.execute(executor);
  return rows[0] ?? null;
}

/** Moves an agreement; the grant goes along with the state, so that they cannot part. */
export async function moveAgreement(
  tx: Executor,
  id: string,
  to: {
    state: AgreementState;
    reason: StateReason | null;
    endReason?: string;
    grantId: string | null;
    at: Date;
    dueAt: Date | null;
  },
): Promise<void> {
  const ended = to.endReason === undefined ? sql`` : sql`, end_reason = ${to.endReason}`;
  await sql`
    update exchange_agreements set state = ${to.state}, state_reason = ${to.reason},
      grant_id = ${to.grantId}, state_at = ${to.at}, due_at = ${to.dueAt} ${ended}
    where id = ${id}`.execute(tx);
}

export async function recordActivation(
  tx: Executor,
  id: string,
  activated: { factId: string; at: Date; validUntil: Date },
): Promise<void> {
  await sql`
    update exchange_agreements set activated_fact_id = ${activated.factId},
      activated_at = ${activated.at}, valid_until = ${activated.validUntil}
    where id = ${id}`.execute(tx);
}

export async function recordAllowed(tx: Executor, id: string, calls: number): Promise<void> {
  await sql`
    update exchange_agreements set calls_allowed = ${calls} where id = ${id}`.execute(tx);
}

export async function recordDue(tx: Executor, id: string, dueAt: Date | null): Promise<void> {
  await sql`update exchange_agreements set due_at = ${dueAt} where id = ${id}`.execute(tx);
}

/** Adds what one posting changes of the sums. */
export async function addToSums(
  tx: Executor,
  id: string,
  more: {
    calls: number;
    paidMinor: number;
    settledMinor: number;
    returnedMinor: number;
    platformMinor: number;
  },
): Promise<void> {
  await sql`
    update exchange_agreements set calls_settled = calls_settled + ${more.calls},
      paid_minor = paid_minor + ${more.paidMinor},
      settled_minor = settled_minor + ${more.settledMinor},
      returned_minor = returned_minor + ${more.returnedMinor},
      platform_minor = platform_minor + ${more.platformMinor}, postings = postings + 1
    where id = ${id}`.execute(tx);
}

export async function agreementsDue(db: Executor, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from exchange_agreements where due_at <= ${now}
    order by due_at limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

export async function nextDue(db: Executor): Promise<Date | null> {
  const { rows } = await sql<{ due: Date | null }>`
    select min(due_at) as due from exchange_agreements where due_at is not null`.execute(db);
  return rows[0]?.due ?? null;
}

/** Agreements on a program in some states, locked, in a fixed order. */
export async function lockByProgram(
  tx: Executor,
  programId: string,
  state: AgreementState,
): Promise<AgreementRow[]> {
  const { rows } = await sql<AgreementRow>`
    select ${columns} from ${tables}
    where a.program_id = ${programId} and a.state = ${state}
    order by a.id for update of a`.execute(tx);
  return rows;
}

export type AgreementFilter = {
  state?: string | undefined;
  offerId?: string | undefined;
  programId?: string | undefined;
  buyerId?: string | undefined;
  sellerId?: string | undefined;
  visible: RawBuilder<boolean>;
};

export async function listAgreements(
  db: Executor,
  filter: AgreementFilter,
  page: { after: Cursor | null; limit: number },
): Promise<{ rows: AgreementRow[]; total: number }> {
  const wanted = sql.join(
    [
      filter.visible,
      ...equal('a.state', filter.state),
      ...equal('a.offer_id', filter.offerId),
      ...equal('a.program_id', filter.programId),
      ...equal('a.buyer_id', filter.buyerId),
      ...equal('a.seller_id', filter.sellerId),
    ],
    sql` and `,
  );
  const { rows } = await sql<AgreementRow>`
    select ${columns} from ${tables}
    where ${wanted} ${before('a.created_at', 'a.id', page.after)}
    order by a.created_at desc, a.id desc limit ${page.limit}`.execute(db);
  return { rows, total: await count(db, tables, wanted) };
}

export type SignatureRow = {
  agreement_id: string;
  side: Side;
  party_id: string;
  signed_by: string;
  document_digest: string;
  note: string;
  key: string;
  fact_id: string;
  signed_at: Date;
};

export async function insertSignature(tx: Executor, row: SignatureRow): Promise<void> {
  await sql`
    insert into exchange_signatures (agreement_id, side, party_id, signed_by, document_digest,
      note, key, fact_id, signed_at)
    values (${row.agreement_id}, ${row.side}, ${row.party_id}, ${row.signed_by},
      ${row.document_digest}, ${row.note}, ${row.key}, ${row.fact_id},
      ${row.signed_at})`.execute(tx);
}

/** The buyer's first. */
export async function signaturesOf(db: Executor, agreementId: string): Promise<SignatureRow[]> {
  const { rows } = await sql<SignatureRow>`
    select agreement_id, side, party_id, signed_by, document_digest, note, key, fact_id, signed_at
    from exchange_signatures where agreement_id = ${agreementId} order by side`.execute(db);
  return rows;
}
