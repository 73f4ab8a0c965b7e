import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Bell, Service } from '#kernel/service.ts';
import { cloudEvent } from './cloud-event.ts';
import type { Mailer } from './mail.ts';
import { type PostOptions, postWebhook } from './post-webhook.ts';
import { nextAttempt } from './retry-times.ts';
import { signedHeaders } from './sign-webhook.ts';
import { deleteOldNotices } from './store.ts';
import {
  claimDeliveries,
  type DeliveryRow,
  deleteOldDeliveries,
  findWebhook,
  nextDue,
  type Outcome,
  recordAttempt,
  updateWebhook,
} from './store-deliveries.ts';

export type DeliverOptions = PostOptions & { address: string; keepDays: number };

type Uses = Pick<Kernel, 'db' | 'clock' | 'random' | 'log'> & {
  mailer: Mailer | null;
  addressesOf(executor: Executor, partyIds: readonly string[]): Promise<Map<string, string>>;
  bell: Bell;
};

const CLAIM_ROWS = 16;
/** Longer than any attempt, or two servers would be at the same delivery. */
const LEASE_MILLISECONDS = 120_000;
const IDLE_MILLISECONDS = 10_000;
const DELIVERED_DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;

/** `gone`: the receiver does not want anything any more; `failed` is tried again. */
type Attempt = { ended: 'delivered' } | { ended: 'failed' | 'gone'; problem: string };

/**
 * Delivers what waits: takes rows under a lease, tries each once outside of any transaction, and records
 * how it went. Attempts repeat under the same id until one is recorded, so a receiver that knows
 * ids sees each delivery once.
 */
export function createDeliveries(options: DeliverOptions, uses: Uses) {
  const { db, clock, random, bell, log } = uses;

  const post = async (delivery: DeliveryRow, signal: AbortSignal): Promise<Attempt> => {
    const webhook = await findWebhook(db.read, { id: delivery.targetId });
    if (!webhook) return { ended: 'gone', problem: 'the webhook was removed' };
    if (webhook.state === 'paused') return { ended: 'gone', problem: 'the webhook is paused' };
    const body = cloudEvent(delivery, options.address);
    const signed = { id: delivery.id, at: clock.now(), body, secret: webhook.secret };
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Touyan',
      ...signedHeaders(signed),
    };
    const status = await postWebhook(webhook.url, { body, headers }, options, signal);
    if (status >= 200 && status < 300) return { ended: 'delivered' };
    if (status !== 410) return { ended: 'failed', problem: `the receiver answered ${status}` };
    await updateWebhook(db.read, { ...webhook, state: 'paused' });
    return { ended: 'gone', problem: 'the receiver answered 410; the webhook is paused' };
  };

  const mail = async (delivery: DeliveryRow): Promise<Attempt> => {
    const addresses = await uses.addressesOf(db.read, [delivery.targetId]);
    const to = addresses.get(delivery.targetId);
    if (to === undefined) return { ended: 'gone', problem: 'there is no mail address' };
    if (!uses.mailer) return { ended: 'failed', problem: 'no mail server is set up' };
    await uses.mailer.send({ id: delivery.id, to, message: delivery.message });
    return { ended: 'delivered' };
  };

  const attempt = async (delivery: DeliveryRow, signal: AbortSignal): Promise<void> => {
    const tried = delivery.channel === 'mail' ? mail(delivery) : post(delivery, signal);
    const result = await tried.catch(
      (error: unknown): Attempt => ({ ended: 'failed', problem: messageOf(error) }),
    );
    // What was broken off by the end of the server counts as not tried: the lease runs out.
    if (signal.aborted && result.ended === 'failed') return;
    await recordAttempt(db.read, delivery, outcomeOf(result, delivery.attempts));
  };

  const outcomeOf = (result: Attempt, attempts: number): Outcome => {
    const at = clock.now();
    if (result.ended === 'delivered') return { state: 'delivered', at };
    const fraction = (random(1)[0] ?? 0) / 256;
    const nextAt = result.ended === 'gone' ? null : nextAttempt(attempts, at, fraction);
    const { problem } = result;
    return nextAt ? { state: 'waiting', nextAt, problem } : { state: 'dead', at, problem };
  };

  /** Tries everything that is due now. */
  const deliverDue = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const now = clock.now();
      const leaseUntil = new Date(now.getTime() + LEASE_MILLISECONDS);
      const due = await claimDeliveries(db.read, { now, leaseUntil, limit: CLAIM_ROWS });
      if (due.length === 0) return;
      await Promise.all(due.map((delivery) => attempt(delivery, signal)));
    }
  };

  const sweep = async () => {
    const now = clock.now().getTime();
    const delivered = Math.min(DELIVERED_DAYS, options.keepDays);
    await deleteOldNotices(db.read, new Date(now - options.keepDays * DAY_MILLISECONDS));
    await deleteOldDeliveries(db.read, new Date(now - delivered * DAY_MILLISECONDS));
  };

  const service: Service = {
    name: 'notices.deliveries',
    async run(signal) {
      let swept = 0;
      while (!signal.aborted) {
        await deliverDue(signal);
        if (clock.now().getTime() - swept > DAY_MILLISECONDS) {
          await sweep();
          swept = clock.now().getTime();
          log.debug({}, 'old notices have gone');
        }
        const due = await nextDue(db.read);
        const wait = due === null ? IDLE_MILLISECONDS : due.getTime() - clock.now().getTime();
        await bell.sleep(Math.min(Math.max(wait, 0), IDLE_MILLISECONDS), signal);
      }
      uses.mailer?.close();
    },
  };
  return { deliverDue, sweep, service };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
