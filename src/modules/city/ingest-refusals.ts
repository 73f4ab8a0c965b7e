import { sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import type { Cursor } from '#kernel/page.ts';
import type { RefusalReason } from './things-entities.ts';

/** What was refused, kept for its owner: the last ones of each sender, and counts of all. */

export type RefusalDraft = {
  ownerId: string;
  /** Null where a key of the party was used. */
  thingId: string | null;
  reason: RefusalReason;
  detail: string;
  topic: string;
  sizeBytes: number;
  at: Date;
};

const TOPIC_CHARACTERS_MAX = 200;

export async function insertRefusals(
  tx: Executor,
  drafts: readonly RefusalDraft[],
  { keptMax }: { keptMax: number },
): Promise<void> {
  if (drafts.length === 0) return;
  const senders = new Map<string, RefusalDraft[]>();
  for (const draft of drafts) {
    const sender = `${draft.ownerId} ${draft.thingId ?? ''}`;
    senders.set(sender, [...(senders.get(sender)?.slice(-keptMax) ?? []), draft]);
  }
  const kept = [...senders.values()].flatMap((list) => list.slice(-keptMax)).map(plain);
  await sql`
    insert into city_refusals (owner_id, thing_id, reason, detail, topic, size_bytes, at)
    select owner_id, thing_id, reason, detail, topic, size_bytes, at
    from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as given (owner_id text, thing_id text,
      reason text, detail text, topic text, size_bytes bigint, at timestamptz)`.execute(tx);
  await count(tx, drafts);
  for (const [draft] of senders.values()) {
    if (!draft) continue;
    await sql`
      delete from city_refusals where owner_id = ${draft.ownerId}
        and thing_id is not distinct from ${draft.thingId}
        and id <= (select id from city_refusals where owner_id = ${draft.ownerId}
          and thing_id is not distinct from ${draft.thingId}
          order by id desc offset ${keptMax} limit 1)`.execute(tx);
  }
}

function plain(draft: RefusalDraft) {
  const { ownerId, thingId, reason, detail, topic, sizeBytes, at } = draft;
  return {
    owner_id: ownerId,
    thing_id: thingId,
    reason,
    detail,
    topic: topic.slice(0, TOPIC_CHARACTERS_MAX).toWellFormed().replaceAll('\u0000', '\ufffd'),
    size_bytes: sizeBytes,
    at,
  };
}

async function count(tx: Executor, drafts: readonly RefusalDraft[]): Promise<void> {
  const counts = new Map<string, { draft: RefusalDraft; count: number }>();
  for (const draft of drafts) {
    const key = `${draft.ownerId} ${draft.thingId ?? ''} ${draft.reason}`;
    counts.set(key, { draft, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  // One order for all servers, so that two never wait for each other.
  const rows = [...counts.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { draft, count: n }]) => ({ ...plain(draft), count: n }));
  await sql`
    insert into city_refusal_counts (owner_id, thing_id, reason, count, last_at)
    select owner_id, coalesce(thing_id, ''), reason, count, at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (owner_id text, thing_id text,
      reason text, count bigint, at timestamptz)
    on conflict (owner_id, thing_id, reason) do update set
      count = city_refusal_counts.count + excluded.count, last_at = excluded.last_at`.execute(tx);
}

export type RefusalRow = {
  id: number;
  thing_id: string | null;
  thing_name: string | null;
  reason: RefusalReason;
  detail: string;
  topic: string;
  size_bytes: number;
  at: Date;
};

export async function listRefusals(
  tx: Executor,
  { ownerId, thingId }: { ownerId: string; thingId: string | undefined },
  page: { cursor: Cursor | null; limit: number },
) {
  const mine = sql`r.owner_id = ${ownerId} and (${thingId ?? null}::text is null
    or r.thing_id = ${thingId ?? null})`;
  const before = page.cursor ? sql`r.id < ${Number(page.cursor.id)}` : sql`true`;
  const { rows } = await sql<RefusalRow>`
    select r.id, r.thing_id, t.name as thing_name, r.reason, r.detail, r.topic, r.size_bytes, r.at
    from city_refusals r left join city_things t on t.id = r.thing_id
    where ${mine} and ${before} order by r.id desc limit ${page.limit}`.execute(tx);
  const total = await sql<{ n: number }>`
    select count(*) as n from city_refusals r where ${mine}`.execute(tx);
  const counts = await sql<{ reason: RefusalReason; count: number; last_at: Date }>`
    select r.reason, sum(r.count)::bigint as count, max(r.last_at) as last_at
    from city_refusal_counts r where ${mine} group by r.reason order by count desc, reason`.execute(
    tx,
  );
  return { rows, total: total.rows[0]?.n ?? 0, counts: counts.rows };
}

export async function countRefusals(tx: Executor): Promise<number> {
  const { rows } = await sql<{ n: number | null }>`
    select sum(count)::bigint as n from city_refusal_counts`.execute(tx);
  return rows[0]?.n ?? 0;
}
