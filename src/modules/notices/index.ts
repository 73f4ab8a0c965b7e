import * as z from 'zod';
import type { readOptions } from '#kernel/config.ts';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import { guard, type Kernel, type Module, type ModuleSource } from '#kernel/module.ts';
import { createBell } from '#kernel/service.ts';
import type { Parties } from '#modules/parties';
import { noticesOptions } from './config.ts';
import { noticesContract } from './contract.ts';
import { createDeliveries } from './deliver.ts';
import { createInbox } from './inbox.ts';
import { createMailer } from './mail.ts';
import { createSendNotice } from './send-notice.ts';
import { createWebhooks } from './webhooks.ts';

export { noticesOptions };

export type NoticesSettings = ReturnType<typeof readOptions<typeof noticesOptions>>;

export type NoticesUses = {
  kernel: Pick<Kernel, 'db' | 'clock' | 'ids' | 'random' | 'facts' | 'access' | 'live' | 'log'>;
  parties: Pick<Parties, 'personsBehind' | 'addressesOf' | 'address'>;
};

export const noticesSource: ModuleSource = {
  contract: noticesContract,
  migrations: { module: 'notices', folder: new URL('migrations', import.meta.url).pathname },
  cedar: null,
};

/** Notices: in the portal, by mail, and to webhooks. */
export function createNotices(settings: NoticesSettings, { kernel, parties }: NoticesUses) {
  const { address, personsBehind, addressesOf } = parties;
  const bell = createBell();
  const { ring } = bell;
  const timeoutMs = settings.NOTICES_DELIVERY_TIMEOUT_SECONDS * 1000;
  const post = { privateAddresses: settings.NOTICES_PRIVATE_WEBHOOKS === 'allow', timeoutMs };
  const smtpUrl = settings.NOTICES_SMTP_URL;
  const from = settings.NOTICES_MAIL_FROM;
  const mailer = smtpUrl ? createMailer({ smtpUrl, from, address, timeoutMs }) : null;
  const deliveries = createDeliveries(
    { ...post, address, keepDays: settings.NOTICES_KEEP_DAYS },
    { ...kernel, mailer, addressesOf, bell },
  );
  const perPartyMax = settings.NOTICES_WEBHOOKS_PER_PARTY_MAX;
  const handlers = {
    ...createInbox(kernel),
    ...createWebhooks({ ...post, perPartyMax }, { ...kernel, ring }),
  };
  return {
    contract: noticesContract,
    handlers: guard(noticesContract, kernel.access, handlers),
    doors: [],
    services: [deliveries.service],
    subscriptions: [inboxes(kernel.access)],
    send: createSendNotice({ ...kernel, personsBehind, mail: mailer !== null, ring }),
    /** Tries everything that is due now; the service does so by itself. */
    deliverDue: deliveries.deliverDue,
  } satisfies Module & Record<string, unknown>;
}

const created = z.object({ partyId: z.string(), kind: z.string() });

/** Every person has an inbox, whose changes it alone may follow on open pages. */
function inboxes(access: Kernel['access']): Subscription {
  return {
    name: 'notices.inboxes',
    kinds: ['parties.party_created'],
    async handle(fact, tx) {
      const { partyId, kind } = created.parse(fact.body);
      if (kind !== 'person') return;
      const inbox = { type: 'notices.inbox', id: partyId };
      await access.register(tx, { ...inbox, owner: partyId, audience: 'owner' });
    },
  };
}
