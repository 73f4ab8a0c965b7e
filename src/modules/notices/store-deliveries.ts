import { sql } from 'kysely';
import { type Executor, json } from '#kernel/db.ts';
import type { Cursor } from '#kernel/page.ts';
import type { Message } from './store.ts';

/** Webhooks and deliveries. */

export type WebhookRow = {
  id: string;
  ownerId: string;
  name: string;
  url: string;
  kinds: string[];
  state: 'active' | 'paused';
  createdAt: Date;
};

type Cut = { after: Cursor | null; limit: number };

const WEBHOOK = sql`id, owner_id as "ownerId", name, url, kinds, state, created_at as "createdAt"`;

export async function insertWebhook(
  tx: Executor,
  row: WebhookRow & { secret: string; createdBy: string },
): Promise<void> {
  await sql`
    insert into notices_webhooks (id, owner_id, name, url, secret, kinds, state, created_by,
      created_at)
    values (${row.id}, ${row.ownerId}, ${row.name}, ${row.url}, ${row.secret}, ${json(row.kinds)},
      ${row.state}, ${row.createdBy}, ${row.createdAt})`.execute(tx);
}

export async function countWebhooks(tx: Executor, ownerId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from notices_webhooks where owner_id = ${ownerId}`.execute(tx);
  return rows[0]?.n ?? 0;
}

export async function listWebhooks(
  executor: Executor,
  ownerId: string,
  { after, limit }: Cut,
): Promise<{ rows: WebhookRow[]; total: number }> {
  const { rows } = await sql<WebhookRow>`
    select ${WEBHOOK} from notices_webhooks
    where owner_id = ${ownerId} ${after ? sql`and id < ${after.id}` : sql``}
    order by id desc limit ${limit}`.execute(executor);
  return { rows, total: await countWebhooks(executor, ownerId) };
}

export async function findWebhook(
  executor: Executor,
  which: { id: string; ownerId?: string },
): Promise<(WebhookRow & { secret: string }) | null> {
  const { rows } = await sql<WebhookRow & { secret: string }>`
    select ${WEBHOOK}, secret from notices_webhooks
    where id = ${which.id} ${which.ownerId ? sql`and owner_id = ${which.ownerId}` : sql``}`.execute(
    executor,
  );
  return rows[0] ?? null;
}

/** Active webhooks of the party that want the kind. */
export async function webhooksFor(
  tx: Executor,
  ownerId: string,
  kind: string,
): Promise<WebhookRow[]> {
  const { rows } = await sql<WebhookRow>`
    select ${WEBHOOK} from notices_webhooks
    where owner_id = ${ownerId} and state = 'active'
      and (kinds = '[]'::jsonb or jsonb_exists(kinds, ${kind}))`.execute(tx);
  return rows;
}

export async function updateWebhook(tx: Executor, row: WebhookRow): Promise<void> {
  await sql`
    update notices_webhooks
    set name = ${row.name}, kinds = ${json(row.kinds)}, state = ${row.state}
    where id = ${row.id}`.execute(tx);
}

export async function deleteWebhook(tx: Executor, id: string): Promise<void> {
  await sql`delete from notices_deliveries where target_id = ${id}`.execute(tx);
  await sql`delete from notices_webhooks where id = ${id}`.execute(tx);
}

export type DeliveryRow = {
  id: string;
  channel: 'mail' | 'webhook';
  targetId: string;
  /** Whom the notice is to. */
  partyId: string;
  kind: string;
  basis: string;
  message: Message;
  state: 'waiting' | 'delivered' | 'dead';
  attempts: number;
  nextAt: Date;
  problem: string | null;
  createdAt: Date;
  endedAt: Date | null;
};

const DELIVERY = sql`id, channel, target_id as "targetId", party_id as "partyId", kind, basis,
  message, state, attempts, next_at as "nextAt", problem, created_at as "createdAt",
  ended_at as "endedAt"`;

/** A delivery that waits from now on; the same notice to the same target is delivered once. */
export async function insertDelivery(
  tx: Executor,
  row: Omit<DeliveryRow, 'state' | 'attempts' | 'nextAt' | 'problem' | 'endedAt'>,
): Promise<void> {
  await sql`
    insert into notices_deliveries (id, channel, target_id, party_id, kind, basis, message, state,
      attempts, next_at, created_at)
    values (${row.id}, ${row.channel}, ${row.targetId}, ${row.partyId}, ${row.kind}, ${row.basis},
      ${json(row.message)}, 'waiting', 0, ${row.createdAt}, ${row.createdAt})
    on conflict (target_id, party_id, kind, basis) do nothing`.execute(tx);
}

/**
 * Takes deliveries that are due, for an attempt each. Nobody else takes them until `leaseUntil`; if
 * this server dies meanwhile, another then tries again under the same id.
 */
export async function claimDeliveries(
  executor: Executor,
  { now, leaseUntil, limit }: { now: Date; leaseUntil: Date; limit: number },
): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    update notices_deliveries set attempts = attempts + 1, next_at = ${leaseUntil}
    where id in (
      select id from notices_deliveries where state = 'waiting' and next_at <= ${now}
      order by next_at limit ${limit} for update skip locked)
    returning ${DELIVERY}`.execute(executor);
  return rows;
}

/** When the next delivery is due; null where none waits. */
export async function nextDue(executor: Executor): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(next_at) as at from notices_deliveries where state = 'waiting'`.execute(executor);
  return rows[0]?.at ?? null;
}

export type Outcome =
  | { state: 'delivered'; at: Date }
  | { state: 'waiting'; nextAt: Date; problem: string }
  | { state: 'dead'; at: Date; problem: string };

/** Records how an attempt ended, unless another has taken the delivery over since. */
export async function recordAttempt(
  executor: Executor,
  { id, attempts }: Pick<DeliveryRow, 'id' | 'attempts'>,
  outcome: Outcome,
): Promise<void> {
  const problem = outcome.state === 'delivered' ? null : outcome.problem.slice(0, 500);
  const endedAt = outcome.state === 'waiting' ? null : outcome.at;
  const nextAt = outcome.state === 'waiting' ? outcome.nextAt : outcome.at;
  await sql`
    update notices_deliveries set state = ${outcome.state}, problem = ${problem},
      ended_at = ${endedAt}, next_at = ${nextAt}
    where id = ${id} and state = 'waiting' and attempts = ${attempts}`.execute(executor);
}

/** Puts what was given up back among the waiting; returns whether there was such a delivery. */
export async function reviveDelivery(
  executor: Executor,
  which: { id: string } & ({ targetId: string } | { channel: 'mail' }),
  now: Date,
): Promise<boolean> {
  const of =
    'targetId' in which ? sql`target_id = ${which.targetId}` : sql`channel = ${which.channel}`;
  const { numAffectedRows } = await sql`
    update notices_deliveries set state = 'waiting', attempts = 0, next_at = ${now}, ended_at = null
    where id = ${which.id} and ${of} and state = 'dead'`.execute(executor);
  return numAffectedRows === 1n;
}

export async function listDeliveries(
  executor: Executor,
  filter: { targetId?: string; channel?: 'mail'; state?: DeliveryRow['state'] | undefined },
  { after, limit }: Cut,
): Promise<{ rows: DeliveryRow[]; total: number }> {
  const { targetId, channel, state } = filter;
  const wanted = sql`true
    ${targetId ? sql`and target_id = ${targetId}` : sql``}
    ${channel ? sql`and channel = ${channel}` : sql``}
    ${state ? sql`and state = ${state}` : sql``}`;
  const { rows } = await sql<DeliveryRow>`
    select ${DELIVERY} from notices_deliveries
    where ${wanted} ${after ? sql`and id < ${after.id}` : sql``}
    order by id desc limit ${limit}`.execute(executor);
  const count = await sql<{ n: number }>`
    select count(*) as n from notices_deliveries where ${wanted}`.execute(executor);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

export async function deleteOldDeliveries(executor: Executor, before: Date): Promise<void> {
  await sql`
    delete from notices_deliveries
    where state = 'delivered' and ended_at < ${before}`.execute(executor);
}
