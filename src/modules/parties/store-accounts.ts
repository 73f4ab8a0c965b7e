import { sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Cursor } from '#kernel/page.ts';

/** Accounts, keys and security events. */

export type AccountRow = {
  id: string;
  email: string;
  secondFactor: boolean;
  mustChangePassword: boolean;
};

const ACCOUNT = sql`id, email, coalesce(two_factor_enabled, false) as "secondFactor",
  must_change_password as "mustChangePassword"`;

/** A person's account; `passwordHash` null makes one that nobody signs in to with a password. */
export async function insertAccount(
  tx: Executor,
  row: {
    id: string;
    name: string;
    email: string;
    mustChangePassword: boolean;
    passwordHash: string | null;
    now: Date;
  },
): Promise<void> {
  await sql`
    insert into parties_accounts (id, name, email, email_verified, two_factor_enabled,
      must_change_password, created_at, updated_at)
    values (${row.id}, ${row.name}, ${row.email}, false, false, ${row.mustChangePassword},
      ${row.now}, ${row.now})`.execute(tx);
  if (row.passwordHash !== null) await insertPassword(tx, row.id, row.passwordHash, row.now);
}

async function insertPassword(tx: Executor, accountId: string, hash: string, now: Date) {
  await sql`
    insert into parties_credentials (id, user_id, account_id, provider_id, password, created_at,
      updated_at)
    values (${`credential_${accountId}`}, ${accountId}, ${accountId}, 'credential', ${hash}, ${now},
      ${now})`.execute(tx);
}

/** Gives the account this password until the next sign-in, and ends its sessions. */
export async function replacePassword(
  tx: Executor,
  accountId: string,
  hash: string,
  now: Date,
): Promise<void> {
  await sql`
    delete from parties_credentials
    where user_id = ${accountId} and provider_id = 'credential'`.execute(tx);
  await insertPassword(tx, accountId, hash, now);
  await sql`
    update parties_accounts set must_change_password = true, updated_at = ${now}
    where id = ${accountId}`.execute(tx);
  await deleteSessions(tx, accountId);
}

export async function passwordChanged(tx: Executor, accountId: string): Promise<void> {
  await sql`
    update parties_accounts set must_change_password = false where id = ${accountId}`.execute(tx);
}

export async function deleteSessions(tx: Executor, accountId: string): Promise<void> {
  await sql`delete from parties_sessions where user_id = ${accountId}`.execute(tx);
}

export async function findAccount(executor: Executor, id: string): Promise<AccountRow | null> {
  const { rows } = await sql<AccountRow>`
    select ${ACCOUNT} from parties_accounts where id = ${id}`.execute(executor);
  return rows[0] ?? null;
}

export async function findAccountByEmail(
  executor: Executor,
  email: string,
): Promise<AccountRow | null> {
  const { rows } = await sql<AccountRow>`
    select ${ACCOUNT} from parties_accounts where email = ${email}`.execute(executor);
  return rows[0] ?? null;
}

/** Mail addresses of those among the parties who have an account. */
export async function addressesOf(
  executor: Executor,
  partyIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; email: string }>`
    select id, email from parties_accounts where id = any(${texts(partyIds)})`.execute(executor);
  return new Map(rows.map(({ id, email }) => [id, email]));
}

export type KeyRow = {
  id: string;
  partyId: string;
  name: string;
  scopes: string[] | null;
  loopbackOnly: boolean;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
};

const KEY = sql`id, party_id as "partyId", name, scopes, loopback_only as "loopbackOnly",
  created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt"`;

export async function insertKey(
  tx: Executor,
  row: Omit<KeyRow, 'lastUsedAt'> & { secretHash: Uint8Array; createdBy: string },
): Promise<void> {
  await sql`
    insert into parties_api_keys (id, party_id, name, secret_hash, scopes, loopback_only, created_by,
      created_at, expires_at)
    values (${row.id}, ${row.partyId}, ${row.name}, ${row.secretHash},
      ${row.scopes === null ? null : json(row.scopes)}, ${row.loopbackOnly}, ${row.createdBy},
      ${row.createdAt}, ${row.expiresAt})`.execute(tx);
}

export async function findKey(
  executor: Executor,
  keyId: string,
  now: Date,
): Promise<(KeyRow & { secretHash: Uint8Array }) | null> {
  const { rows } = await sql<KeyRow & { secretHash: Uint8Array }>`
    select ${KEY}, secret_hash as "secretHash" from parties_api_keys
    where id = ${keyId} and revoked_at is null and (expires_at is null or expires_at > ${now})`.execute(
    executor,
  );
  return rows[0] ?? null;
}

export async function touchKey(executor: Executor, keyId: string, now: Date): Promise<void> {
  await sql`
    update parties_api_keys set last_used_at = ${now} where id = ${keyId}`.execute(executor);
}

export async function listKeys(
  executor: Executor,
  partyId: string,
  { after, limit }: { after: Cursor | null; limit: number },
): Promise<{ rows: KeyRow[]; total: number }> {
  const wanted = sql`party_id = ${partyId} and revoked_at is null`;
  const { rows } = await sql<KeyRow>`
    select ${KEY} from parties_api_keys
    where ${wanted} ${after ? sql`and id < ${after.id}` : sql``}
    order by id desc limit ${limit}`.execute(executor);
  const count = await sql<{ n: number }>`
    select count(*) as n from parties_api_keys where ${wanted}`.execute(executor);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

export async function revokeKeys(
  tx: Executor,
  which: { partyId: string; keyId: string } | { partyId: string; loopbackOnly: true },
  now: Date,
): Promise<string[]> {
  const one = 'keyId' in which ? sql`id = ${which.keyId}` : sql`loopback_only`;
  const { rows } = await sql<{ id: string }>`
    update parties_api_keys set revoked_at = ${now}
    where party_id = ${which.partyId} and ${one} and revoked_at is null
    returning id`.execute(tx);
  return rows.map(({ id }) => id);
}

export type SecurityEvent = {
  id: string;
  happenedAt: Date;
  kind: string;
  partyId: string | null;
  actor: string;
  address: string | null;
  detail: Record<string, Json>;
};

export async function insertEvent(tx: Executor, row: SecurityEvent): Promise<void> {
  await sql`
    insert into parties_security_events (id, happened_at, kind, party_id, actor, address, detail)
    values (${row.id}, ${row.happenedAt}, ${row.kind}, ${row.partyId}, ${row.actor}, ${row.address},
      ${json(row.detail)})`.execute(tx);
}

/** Failed sign-ins of an account since the instant, or since it last signed in. */
export async function countFailures(
  executor: Executor,
  partyId: string,
  since: Date,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from parties_security_events
    where kind = 'sign_in_failed' and party_id = ${partyId} and happened_at > ${since}
      and id > coalesce((select max(id) from parties_security_events
        where party_id = ${partyId} and kind = 'signed_in'), '')`.execute(executor);
  return rows[0]?.n ?? 0;
}

export async function listEvents(
  executor: Executor,
  filter: { partyId?: string | undefined; kind?: string | undefined },
  { after, limit }: { after: Cursor | null; limit: number },
): Promise<{ rows: SecurityEvent[]; total: number }> {
  const wanted = sql`true
    ${filter.partyId ? sql`and party_id = ${filter.partyId}` : sql``}
    ${filter.kind ? sql`and kind = ${filter.kind}` : sql``}`;
  const { rows } = await sql<SecurityEvent>`
    select id, happened_at as "happenedAt", kind, party_id as "partyId", actor, address, detail
    from parties_security_events
    where ${wanted} ${after ? sql`and id < ${after.id}` : sql``}
    order by id desc limit ${limit}`.execute(executor);
  const count = await sql<{ n: number }>`
    select count(*) as n from parties_security_events where ${wanted}`.execute(executor);
  return { rows, total: count.rows[0]?.n ?? 0 };
}
