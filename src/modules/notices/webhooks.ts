import type { Executor } from '#kernel/db.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { noticesContract } from './contract.ts';
import { errors } from './errors.ts';
import { type PostOptions, webhookUrlProblem } from './post-webhook.ts';
import { makeSecret } from './sign-webhook.ts';
import {
  countWebhooks,
  type DeliveryRow,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listDeliveries,
  listWebhooks,
  reviveDelivery,
  updateWebhook,
  type WebhookRow,
} from './store-deliveries.ts';

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'random' | 'facts'> & { ring(): void };

/** Webhooks of parties, what was delivered to them, and mails that were given up. */
export function createWebhooks(
  options: PostOptions & { perPartyMax: number },
  uses: Uses,
): Omit<
  Handlers<typeof noticesContract.operations>,
  'listNotices' | 'countUnread' | 'markRead' | 'listPreferences' | 'setPreference'
> {
  const { db, clock, ids, random, facts, ring } = uses;
  return {
    createWebhook: ({ ownerId, name, url, kinds }, { principal }) =>
      db.transaction(async (tx) => {
        const problem = webhookUrlProblem(url, options);
        if (problem) throw errors.make.url_unfit({ problem });
        if ((await countWebhooks(tx, ownerId)) >= options.perPartyMax) {
          throw errors.make.webhooks_full({ max: options.perPartyMax });
        }
        const secret = makeSecret(random);
        const row: WebhookRow = {
          ...{ id: ids('webhook'), ownerId, name, url, kinds },
          ...{ state: 'active', createdAt: clock.now() },
        };
        await insertWebhook(tx, { ...row, secret, createdBy: principal.id });
        await tell(tx, 'notices.webhook_created', row, principal.id, facts);
        return { ...toWebhook(row), secret };
      }),
    async listWebhooks({ ownerId, cursor, limit }) {
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listWebhooks(db.read, ownerId, cut);
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total, items: page.items.map(toWebhook) };
    },
    changeWebhook: ({ ownerId, webhookId, name, kinds, state }) =>
      db.transaction(async (tx) => {
        const { secret: _, ...row } = await webhookOf(tx, webhookId, ownerId);
        const changed = {
          ...row,
          name: name ?? row.name,
          kinds: kinds ?? row.kinds,
          state: state ?? row.state,
        };
        await updateWebhook(tx, changed);
        return toWebhook(changed);
      }),
    removeWebhook: ({ ownerId, webhookId }, { principal }) =>
      db.transaction(async (tx) => {
        const row = await webhookOf(tx, webhookId, ownerId);
        await deleteWebhook(tx, webhookId);
        await tell(tx, 'notices.webhook_removed', row, principal.id, facts);
        return {};
      }),
    async listDeliveries({ ownerId, webhookId, state, cursor, limit }) {
      await webhookOf(db.read, webhookId, ownerId);
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const found = await listDeliveries(db.read, { targetId: webhookId, state }, cut);
      const page = toPage(found.rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total: found.total, items: page.items.map(toDelivery) };
    },
    async retryDelivery({ ownerId, webhookId, deliveryId }) {
      await webhookOf(db.read, webhookId, ownerId);
      const which = { id: deliveryId, targetId: webhookId };
      if (!(await reviveDelivery(db.read, which, clock.now())))
        throw errors.make.delivery_missing();
      ring();
      return {};
    },
    async listFailedMail({ cursor, limit }) {
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const found = await listDeliveries(db.read, { channel: 'mail', state: 'dead' }, cut);
      const page = toPage(found.rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total: found.total, items: page.items.map(toDelivery) };
    },
    async retryMail({ deliveryId }) {
      const which = { id: deliveryId, channel: 'mail' as const };
      if (!(await reviveDelivery(db.read, which, clock.now())))
        throw errors.make.delivery_missing();
      ring();
      return {};
    },
  };
}

async function webhookOf(executor: Executor, id: string, ownerId: string) {
  const webhook = await findWebhook(executor, { id, ownerId });
  if (!webhook) throw errors.make.webhook_missing();
  return webhook;
}

async function tell(
  tx: Executor,
  kind: string,
  { id, ownerId }: WebhookRow,
  actor: string,
  facts: Kernel['facts'],
): Promise<void> {
  await facts.append(tx, { kind, subject: id, actor, body: { webhookId: id, ownerId } });
}

function toWebhook({ createdAt, ...row }: WebhookRow) {
  return { ...row, createdAt: createdAt.toISOString() };
}

function toDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    channel: row.channel,
    targetId: row.targetId,
    kind: row.kind,
    state: row.state,
    attempts: row.attempts,
    nextAt: row.state === 'waiting' ? row.nextAt.toISOString() : null,
    problem: row.problem,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
