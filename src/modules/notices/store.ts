import { sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Cursor } from '#kernel/page.ts';

/** Notices and preferences. */

export type Message = { title: Words; body: Words; link: string };

export type NoticeRow = Message & {
  id: string;
  kind: string;
  basis: string;
  createdAt: Date;
  readAt: Date | null;
};

/** Returns whether it is new: the same party, kind and basis are told once. */
export async function insertNotice(
  tx: Executor,
  row: Omit<NoticeRow, 'readAt'> & { partyId: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into notices_notices (id, party_id, kind, title, body, link, basis, created_at)
    values (${row.id}, ${row.partyId}, ${row.kind}, ${json(row.title)}, ${json(row.body)},
      ${row.link}, ${row.basis}, ${row.createdAt})
    on conflict (party_id, kind, basis) do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

export async function listNotices(
  executor: Executor,
  partyId: string,
  filter: { unread?: boolean | undefined; kind?: string | undefined },
  { after, limit }: { after: Cursor | null; limit: number },
): Promise<{ rows: NoticeRow[]; total: number }> {
  const wanted = sql`party_id = ${partyId}
    ${filter.unread === undefined ? sql`` : sql`and (read_at is null) = ${filter.unread}`}
    ${filter.kind ? sql`and kind = ${filter.kind}` : sql``}`;
  const { rows } = await sql<NoticeRow>`
    select id, kind, title, body, link, basis, created_at as "createdAt", read_at as "readAt"
    from notices_notices where ${wanted} ${after ? sql`and id < ${after.id}` : sql``}
    order by id desc limit ${limit}`.execute(executor);
  const count = await sql<{ n: number }>`
    select count(*) as n from notices_notices where ${wanted}`.execute(executor);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

export async function countUnread(executor: Executor, partyId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from notices_notices
    where party_id = ${partyId} and read_at is null`.execute(executor);
  return rows[0]?.n ?? 0;
}

/** Marks the named notices of the party, or all of them. */
export async function markRead(
  tx: Executor,
  partyId: string,
  noticeIds: readonly string[] | undefined,
  now: Date,
): Promise<void> {
  await sql`
    update notices_notices set read_at = ${now}
    where party_id = ${partyId} and read_at is null
      ${noticeIds ? sql`and id = any(${texts(noticeIds)})` : sql``}`.execute(tx);
}

export type PreferenceRow = { kind: string; channel: 'mail'; enabled: boolean };

export async function listPreferences(
  executor: Executor,
  partyId: string,
): Promise<PreferenceRow[]> {
  const { rows } = await sql<PreferenceRow>`
    select kind, channel, enabled from notices_preferences
    where party_id = ${partyId} order by kind, channel`.execute(executor);
  return rows;
}

export async function upsertPreference(
  executor: Executor,
  partyId: string,
  { kind, channel, enabled }: PreferenceRow,
): Promise<void> {
  await sql`
    insert into notices_preferences (party_id, kind, channel, enabled)
    values (${partyId}, ${kind}, ${channel}, ${enabled})
    on conflict (party_id, kind, channel) do update set enabled = excluded.enabled`.execute(
    executor,
  );
}

/** Those among the parties who want notices of the kind by mail: all who did not say no. */
export async function wantMail(
  executor: Executor,
  partyIds: readonly string[],
  kind: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${texts(partyIds)}) as asked(id)
    where coalesce(
      (select enabled from notices_preferences
        where party_id = id and channel = 'mail' and kind = ${kind}),
      (select enabled from notices_preferences
        where party_id = id and channel = 'mail' and kind = '*'),
      true)`.execute(executor);
  return rows.map(({ id }) => id);
}

export async function deleteOldNotices(executor: Executor, before: Date): Promise<void> {
  await sql`delete from notices_notices where created_at < ${before}`.execute(executor);
}
