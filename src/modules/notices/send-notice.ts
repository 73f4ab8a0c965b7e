import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Kernel } from '#kernel/module.ts';
import { insertNotice, wantMail } from './store.ts';
import { insertDelivery, webhooksFor } from './store-deliveries.ts';

type NoticeDraft = {
  /** A party (an organisation stands for its members), or everybody with a role on the platform. */
  to: string | { role: string };
  /** `<module>.<what>`, such as `cases.step_due`: what people choose channels and webhooks by. */
  kind: string;
  title: Words;
  body: Words;
  /** A path of the portal, such as `/scenarios/calls/call_…`. */
  link: string;
  /** What it comes from. The same party, kind and basis are told once, however often it is sent. */
  basis: string;
};

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'live'> & {
  personsBehind(tx: Executor, to: NoticeDraft['to']): Promise<string[]>;
  /** Whether mail is set up. */
  mail: boolean;
  /** Wakes the deliveries. */
  ring(): void;
};

export type SendNotice = (tx: Executor, draft: NoticeDraft) => Promise<void>;

/**
 * Writes notices, and what is to be delivered of them, in the caller's transaction: they exist if and
 * only if that commits. Mails and webhooks follow after it.
 */
export function createSendNotice(uses: Uses): SendNotice {
  const { db, clock, ids, live } = uses;

  const deliver = (
    tx: Executor,
    channel: 'mail' | 'webhook',
    targetId: string,
    partyId: string,
    { kind, basis, title, body, link }: NoticeDraft,
  ) =>
    insertDelivery(tx, {
      ...{ id: ids('delivery'), channel, targetId, partyId, kind, basis },
      ...{ message: { title, body, link }, createdAt: clock.now() },
    });

  return async (tx, draft) => {
    const { to, kind, title, body, link, basis } = draft;
    const personIds = await uses.personsBehind(tx, to);
    const told: string[] = [];
    for (const partyId of personIds) {
      const row = { id: ids('notice'), partyId, kind, title, body, link, basis };
      if (await insertNotice(tx, { ...row, createdAt: clock.now() })) told.push(partyId);
    }
    if (uses.mail && told.length > 0) {
      for (const partyId of await wantMail(tx, told, kind)) {
        await deliver(tx, 'mail', partyId, partyId, draft);
      }
    }
    // An organisation is told as such, beside its members.
    const owners = new Set([...(typeof to === 'string' ? [to] : []), ...told]);
    for (const ownerId of owners) {
      for (const webhook of await webhooksFor(tx, ownerId, kind)) {
        await deliver(tx, 'webhook', webhook.id, ownerId, draft);
      }
    }
    db.afterCommit(tx, () => {
      for (const partyId of told) live.publish(`notices.inbox/${partyId}`);
      uses.ring();
    });
  };
}
