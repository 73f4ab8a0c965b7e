import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Cursor } from '#kernel/page.ts';
import type { PlatformRole, Principal } from '#kernel/principal.ts';

/** Parties, memberships, invitations, roles and delegations. */

export type PartyKind = 'person' | 'organisation' | 'service' | 'device';
export type MembershipRole = 'administrator' | 'member';

export type PartyRow = {
  id: string;
  kind: PartyKind;
  name: string;
  /** Its name in addresses. */
  handle: string;
  description: string;
  organisationId: string | null;
  createdAt: Date;
  suspendedAt: Date | null;
};

export type Page<Row> = { rows: Row[]; total: number };
type Cut = { after: Cursor | null; limit: number };

const PARTY = sql`id, kind, name, handle, description, organisation_id as "organisationId",
  created_at as "createdAt", suspended_at as "suspendedAt"`;

/** Adds a party; false, and nothing is added, where another has its handle. */
export async function insertParty(tx: Executor, row: PartyRow): Promise<boolean> {
  const { rows } = await sql`
    insert into parties_parties (id, kind, name, handle, description, organisation_id, created_at)
    values (${row.id}, ${row.kind}, ${row.name}, ${row.handle}, ${row.description},
      ${row.organisationId}, ${row.createdAt})
    on conflict (handle) do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** Gives a party a handle; a unique violation where another has it. */
export async function updateHandle(tx: Executor, partyId: string, handle: string): Promise<void> {
  await sql`
    update parties_parties set handle = ${handle} where id = ${partyId}`.execute(tx);
}

export async function findByHandle(executor: Executor, handle: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from parties_parties where handle = ${handle}`.execute(executor);
  return rows[0]?.id ?? null;
}

export async function findParty(executor: Executor, partyId: string): Promise<PartyRow | null> {
  const { rows } = await sql<PartyRow>`
    select ${PARTY} from parties_parties where id = ${partyId}`.execute(executor);
  return rows[0] ?? null;
}

export async function findParties(
  executor: Executor,
  partyIds: readonly string[],
): Promise<PartyRow[]> {
  const { rows } = await sql<PartyRow>`
    select ${PARTY} from parties_parties where id = any(${texts(partyIds)})`.execute(executor);
  return rows;
}

export async function listParties(
  executor: Executor,
  filter: {
    visible: RawBuilder<boolean>;
    query?: string | undefined;
    kind?: PartyKind | undefined;
  },
  { after, limit }: Cut,
): Promise<Page<PartyRow>> {
  const { visible, query, kind } = filter;
  const wanted = sql`${visible}
    ${query ? sql`and name ilike ${`%${query.replace(/[\\%_]/g, '\\$&')}%`}` : sql``}
    ${kind ? sql`and kind = ${kind}` : sql``}`;
  const { rows } = await sql<PartyRow>`
    select ${PARTY} from parties_parties
    where ${wanted} ${after ? sql`and (name, id) > (${after.key}, ${after.id})` : sql``}
    order by name, id limit ${limit}`.execute(executor);
  return { rows, total: await count(executor, sql`parties_parties where ${wanted}`) };
}

async function count(executor: Executor, from: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${from}`.execute(executor);
  return rows[0]?.n ?? 0;
}

export async function updateParty(
  tx: Executor,
  partyId: string,
  change: { name?: string | undefined; description?: string | undefined },
): Promise<void> {
  await sql`
    update parties_parties set name = coalesce(${change.name ?? null}, name),
      description = coalesce(${change.description ?? null}, description)
    where id = ${partyId}`.execute(tx);
}

/** Returns whether that changed anything. */
export async function setSuspended(tx: Executor, partyId: string, at: Date | null) {
  const { numAffectedRows } = await sql`
    update parties_parties set suspended_at = ${at}
    where id = ${partyId} and (suspended_at is null) = ${at !== null}`.execute(tx);
  return numAffectedRows === 1n;
}

export type Standing = Pick<Principal, 'memberships' | 'roles'> & {
  id: string;
  kind: PartyKind;
  name: string;
  suspended: boolean;
  mustChangePassword: boolean;
};

/** What makes a principal of a party, from one statement. */
export async function findStanding(executor: Executor, partyId: string): Promise<Standing | null> {
  const { rows } = await sql<Standing>`
    select p.id, p.kind, p.name, p.suspended_at is not null as suspended,
      coalesce(a.must_change_password, false) as "mustChangePassword",
      coalesce((select jsonb_agg(jsonb_build_object('organisation', organisation_id, 'role', role)
        order by organisation_id) from parties_memberships m where m.party_id = p.id),
        '[]') as memberships,
      coalesce((select jsonb_agg(role order by role) from parties_roles r
        where r.party_id = p.id and dismissed_at is null), '[]') as roles
    from parties_parties p left join parties_accounts a on a.id = p.id
    where p.id = ${partyId}`.execute(executor);
  return rows[0] ?? null;
}

export async function upsertMembership(
  tx: Executor,
  row: { organisationId: string; partyId: string; role: MembershipRole; joinedAt: Date },
): Promise<void> {
  await sql`
    insert into parties_memberships (organisation_id, party_id, role, joined_at)
    values (${row.organisationId}, ${row.partyId}, ${row.role}, ${row.joinedAt})
    on conflict (organisation_id, party_id) do update set role = excluded.role`.execute(tx);
}

export async function deleteMembership(tx: Executor, organisationId: string, partyId: string) {
  await sql`
    delete from parties_memberships
    where organisation_id = ${organisationId} and party_id = ${partyId}`.execute(tx);
}

/** Locks the organisation's memberships until the transaction ends. */
export async function lockMembers(
  tx: Executor,
  organisationId: string,
): Promise<Map<string, MembershipRole>> {
  // The organisation's own row, so that two who leave at once do not both see the other.
  await sql`select id from parties_parties where id = ${organisationId} for update`.execute(tx);
  const { rows } = await sql<{ partyId: string; role: MembershipRole }>`
    select party_id as "partyId", role from parties_memberships
    where organisation_id = ${organisationId}`.execute(tx);
  return new Map(rows.map(({ partyId, role }) => [partyId, role]));
}

export type MemberRow = {
  partyId: string;
  kind: PartyKind;
  name: string;
  role: MembershipRole;
  joinedAt: Date;
};

export async function listMembers(
  executor: Executor,
  organisationId: string,
  { after, limit }: Cut,
): Promise<Page<MemberRow>> {
  const { rows } = await sql<MemberRow>`
    select m.party_id as "partyId", p.kind, p.name, m.role, m.joined_at as "joinedAt"
    from parties_memberships m join parties_parties p on p.id = m.party_id
    where m.organisation_id = ${organisationId}
      ${after ? sql`and (p.name, p.id) > (${after.key}, ${after.id})` : sql``}
    order by p.name, p.id limit ${limit}`.execute(executor);
  const total = await count(
    executor,
    sql`parties_memberships where organisation_id = ${organisationId}`,
  );
  return { rows, total };
}

export async function personsOf(executor: Executor, organisationId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select p.id from parties_memberships m join parties_parties p on p.id = m.party_id
    where m.organisation_id = ${organisationId} and p.kind = 'person' and p.suspended_at is null
    order by p.id`.execute(executor);
  return rows.map(({ id }) => id);
}

export type InvitationRow = {
  id: string;
  organisationId: string;
  organisationName: string;
  role: MembershipRole;
  partyId: string | null;
  invitedBy: string;
  expiresAt: Date;
};

const INVITATION = sql`i.id, i.organisation_id as "organisationId", o.name as "organisationName",
  i.role, i.party_id as "partyId", i.invited_by as "invitedBy", i.expires_at as "expiresAt"
  from parties_invitations i join parties_parties o on o.id = i.organisation_id`;

export async function insertInvitation(
  tx: Executor,
  row: Omit<InvitationRow, 'organisationName'> & { tokenHash: Uint8Array | null; createdAt: Date },
): Promise<void> {
  await sql`
    insert into parties_invitations (id, organisation_id, role, party_id, token_hash, invited_by,
      created_at, expires_at)
    values (${row.id}, ${row.organisationId}, ${row.role}, ${row.partyId}, ${row.tokenHash},
      ${row.invitedBy}, ${row.createdAt}, ${row.expiresAt})`.execute(tx);
}

export async function listInvitations(
  executor: Executor,
  partyId: string,
  now: Date,
  { after, limit }: Cut,
): Promise<Page<InvitationRow>> {
  const open = sql`i.party_id = ${partyId} and i.accepted_at is null and i.expires_at > ${now}`;
  const { rows } = await sql<InvitationRow>`
    select ${INVITATION}
    where ${open} ${after ? sql`and i.id < ${after.id}` : sql``}
    order by i.id desc limit ${limit}`.execute(executor);
  return { rows, total: await count(executor, sql`parties_invitations i where ${open}`) };
}

/** Marks an open invitation as accepted; null where there is none, so that each is used once. */
export async function takeInvitation(
  tx: Executor,
  which: { invitationId: string; partyId: string } | { tokenHash: Uint8Array },
  by: { partyId: string; now: Date },
): Promise<InvitationRow | null> {
  const wanted =
    'tokenHash' in which
      ? sql`token_hash = ${which.tokenHash}`
      : sql`id = ${which.invitationId} and party_id = ${which.partyId}`;
  const taken = await sql<{ id: string }>`
    update parties_invitations set accepted_at = ${by.now}, accepted_by = ${by.partyId}
    where ${wanted} and accepted_at is null and expires_at > ${by.now}
    returning id`.execute(tx);
  const id = taken.rows[0]?.id;
  if (id === undefined) return null;
  const { rows } = await sql<InvitationRow>`select ${INVITATION} where i.id = ${id}`.execute(tx);
  return rows[0] ?? null;
}

export type RoleRow = {
  id: string;
  partyId: string;
  name: string;
  role: PlatformRole;
  reason: string;
  appointedBy: string;
  appointedAt: Date;
};

export async function insertRole(tx: Executor, row: Omit<RoleRow, 'name'>): Promise<void> {
  await sql`
    insert into parties_roles (id, party_id, role, reason, appointed_by, appointed_at)
    values (${row.id}, ${row.partyId}, ${row.role}, ${row.reason}, ${row.appointedBy},
      ${row.appointedAt})`.execute(tx);
}

export async function endRole(
  tx: Executor,
  which: { partyId: string; role: PlatformRole },
  by: { partyId: string; reason: string; now: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update parties_roles set dismissed_by = ${by.partyId}, dismissed_at = ${by.now},
      dismissed_reason = ${by.reason}
    where party_id = ${which.partyId} and role = ${which.role} and dismissed_at is null`.execute(
    tx,
  );
  return numAffectedRows === 1n;
}

/** Whether anybody holds the role, or ever held it. */
export async function roleWasHeld(tx: Executor, role: PlatformRole): Promise<boolean> {
  return (await count(tx, sql`parties_roles where role = ${role}`)) > 0;
}

export async function holdersOf(executor: Executor, role: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.party_id as id from parties_roles r join parties_parties p on p.id = r.party_id
    where r.role = ${role} and r.dismissed_at is null and p.suspended_at is null
    order by r.party_id`.execute(executor);
  return rows.map(({ id }) => id);
}

export async function listRoles(
  executor: Executor,
  role: PlatformRole | undefined,
  { after, limit }: Cut,
): Promise<Page<RoleRow>> {
  const wanted = sql`r.dismissed_at is null ${role ? sql`and r.role = ${role}` : sql``}`;
  const { rows } = await sql<RoleRow>`
    select r.id, r.party_id as "partyId", p.name, r.role, r.reason, r.appointed_by as "appointedBy",
      r.appointed_at as "appointedAt"
    from parties_roles r join parties_parties p on p.id = r.party_id
    where ${wanted} ${after ? sql`and r.id < ${after.id}` : sql``}
    order by r.id desc limit ${limit}`.execute(executor);
  return { rows, total: await count(executor, sql`parties_roles r where ${wanted}`) };
}

export type DelegationRow = {
  id: string;
  fromId: string;
  toId: string;
  permissions: string[];
  reason: string;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
};

export async function insertDelegation(
  tx: Executor,
  row: DelegationRow & { createdBy: string },
): Promise<void> {
  await sql`
    insert into parties_delegations (id, from_id, to_id, permissions, reason, created_by, created_at,
      expires_at)
    values (${row.id}, ${row.fromId}, ${row.toId}, ${json(row.permissions)}, ${row.reason},
      ${row.createdBy}, ${row.createdAt}, ${row.expiresAt})`.execute(tx);
}

/** Ends a delegation in force; returns to whom it was. */
export async function endDelegation(
  tx: Executor,
  which: { id: string; fromId: string },
  by: { partyId: string; now: Date },
): Promise<string | null> {
  const { rows } = await sql<{ toId: string }>`
    update parties_delegations set ended_at = ${by.now}, ended_by = ${by.partyId}
    where id = ${which.id} and from_id = ${which.fromId} and ended_at is null
      and expires_at > ${by.now}
    returning to_id as "toId"`.execute(tx);
  return rows[0]?.toId ?? null;
}

export async function isDelegated(
  executor: Executor,
  fromId: string,
  toIds: readonly string[],
  now: Date,
): Promise<boolean> {
  const found = await count(
    executor,
    sql`parties_delegations where from_id = ${fromId} and to_id = any(${texts(toIds)})
      and ended_at is null and expires_at > ${now}`,
  );
  return found > 0;
}

export async function listDelegations(
  executor: Executor,
  partyIds: readonly string[],
  { after, limit }: Cut,
): Promise<Page<DelegationRow>> {
  const wanted = sql`(from_id = any(${texts(partyIds)}) or to_id = any(${texts(partyIds)}))`;
  const { rows } = await sql<DelegationRow>`
    select id, from_id as "fromId", to_id as "toId", permissions, reason, created_at as "createdAt",
      expires_at as "expiresAt", ended_at as "endedAt"
    from parties_delegations
    where ${wanted} ${after ? sql`and id < ${after.id}` : sql``}
    order by id desc limit ${limit}`.execute(executor);
  return { rows, total: await count(executor, sql`parties_delegations where ${wanted}`) };
}
