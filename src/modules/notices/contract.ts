import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { id, instant, pageInput, pageOutput, title, words } from '#kernel/entities.ts';
import { errors } from './errors.ts';

const partyId = id('party');
const webhookId = id('webhook');
const kind = z
  .string()
  .max(100)
  .regex(/^[a-z_]+\.[a-z_.]+$/, 'a kind of notice, such as cases.step_due');

const notice = z.object({
  id: id('notice'),
  kind: z.string(),
  title: words(200),
  body: words(4000),
  link: z.string().describe('a path of the portal'),
  basis: z.string(),
  createdAt: instant,
  readAt: instant.nullable(),
});

const preference = z.object({
  kind: z.union([kind, z.literal('*')]).describe('* for every kind without a row of its own'),
  channel: z.enum(['mail']),
  enabled: z.boolean(),
});

const webhook = z.object({
  id: webhookId,
  ownerId: partyId,
  name: z.string(),
  url: z.string(),
  kinds: z.array(z.string()).describe('none for every kind'),
  state: z.enum(['active', 'paused']),
  createdAt: instant,
});

const delivery = z.object({
  id: id('delivery'),
  channel: z.enum(['mail', 'webhook']),
  targetId: z.string(),
  kind: z.string(),
  state: z.enum(['waiting', 'delivered', 'dead']),
  attempts: z.number().int(),
  nextAt: instant.nullable().describe('null when it has ended'),
  problem: z.string().nullable(),
  createdAt: instant,
  endedAt: instant.nullable(),
});

const inbox = {
  listNotices: operation({
    method: 'GET',
    path: '/notices',
    summary: 'List the notices to oneself, the newest first',
    permission: 'notices.notice.list',
    input: z.object({
      ...pageInput,
      unread: z.boolean().optional(),
      kind: kind.optional(),
    }),
    output: pageOutput(notice),
  }),
  countUnread: operation({
    method: 'GET',
    path: '/notices/unread',
    summary: 'Count the unread notices to oneself',
    permission: 'notices.notice.list',
    input: z.object({}),
    output: z.object({ unread: z.number().int() }),
  }),
  markRead: operation({
    method: 'POST',
    path: '/notices/read',
    summary: 'Mark notices to oneself as read; all of them where none is named',
    permission: 'notices.notice.list',
    input: z.object({ noticeIds: z.array(id('notice')).max(100).optional() }),
    output: z.object({ unread: z.number().int() }),
  }),
  listPreferences: operation({
    method: 'GET',
    path: '/notices/preferences',
    summary: 'List which notices come by mail; what is not listed does',
    permission: 'notices.notice.list',
    input: z.object({}),
    output: z.object({ items: z.array(preference) }),
  }),
  setPreference: operation({
    method: 'PUT',
    path: '/notices/preferences',
    summary: 'Say whether notices of a kind come by mail',
    permission: 'notices.notice.list',
    input: preference,
    output: z.object({}),
  }),
};

const webhooks = {
  createWebhook: operation({
    method: 'POST',
    path: '/notices/parties/{ownerId}/webhooks',
    summary: 'Have notices to a party posted to an address; the secret shows in the answer only',
    permission: 'notices.webhook.manage',
    resourceKey: 'ownerId',
    status: 201,
    input: z.object({
      ownerId: partyId,
      name: title,
      url: z.url({ protocol: /^https?$/ }).max(500),
      kinds: z.array(kind).max(50).default([]),
    }),
    output: webhook.extend({ secret: z.string().describe('shown once') }),
    errors: errors.declarations,
  }),
  listWebhooks: operation({
    method: 'GET',
    path: '/notices/parties/{ownerId}/webhooks',
    summary: 'List the webhooks of a party',
    permission: 'notices.webhook.manage',
    resourceKey: 'ownerId',
    input: z.object({ ownerId: partyId, ...pageInput }),
    output: pageOutput(webhook),
  }),
  changeWebhook: operation({
    method: 'PATCH',
    path: '/notices/parties/{ownerId}/webhooks/{webhookId}',
    summary: 'Pause or resume a webhook, or change its name or kinds',
    permission: 'notices.webhook.manage',
    resourceKey: 'ownerId',
    input: z.object({
      ownerId: partyId,
      webhookId,
      name: title.optional(),
      kinds: z.array(kind).max(50).optional(),
      state: z.enum(['active', 'paused']).optional(),
    }),
    output: webhook,
    errors: errors.declarations,
  }),
  removeWebhook: operation({
    method: 'DELETE',
    path: '/notices/parties/{ownerId}/webhooks/{webhookId}',
    summary: 'Remove a webhook and what waits for it',
    permission: 'notices.webhook.manage',
    resourceKey: 'ownerId',
    input: z.object({ ownerId: partyId, webhookId }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  listDeliveries: operation({
    method: 'GET',
    path: '/notices/parties/{ownerId}/webhooks/{webhookId}/deliveries',
    summary: 'List the deliveries of a webhook, the newest first',
    permission: 'notices.webhook.manage',
    resourceKey: 'ownerId',
    input: z.object({
      ownerId: partyId,
      webhookId,
      ...pageInput,
      state: z.enum(['waiting', 'delivered', 'dead']).optional(),
    }),
    output: pageOutput(delivery),
    errors: errors.declarations,
  }),
  retryDelivery: operation({
    method: 'POST',
    path: '/notices/parties/{ownerId}/webhooks/{webhookId}/deliveries/{deliveryId}/retry',
    summary: 'Try a delivery again that was given up',
    permission: 'notices.webhook.manage',
    resourceKey: 'ownerId',
    input: z.object({ ownerId: partyId, webhookId, deliveryId: id('delivery') }),
    output: z.object({}),
    errors: errors.declarations,
  }),
  listFailedMail: operation({
    method: 'GET',
    path: '/notices/failed-mail',
    summary: 'List mails that were given up',
    permission: 'notices.mail.operate',
    input: z.object({ ...pageInput }),
    output: pageOutput(delivery),
  }),
  retryMail: operation({
    method: 'POST',
    path: '/notices/failed-mail/{deliveryId}/retry',
    summary: 'Try a mail again that was given up',
    permission: 'notices.mail.operate',
    input: z.object({ deliveryId: id('delivery') }),
    output: z.object({}),
    errors: errors.declarations,
  }),
};

export const noticesContract = moduleContract({
  name: 'notices',
  permissions: {
    'notices.notice.list': {
      kind: 'member',
      resource: null,
      summary: 'read the notices to oneself and choose how they come',
    },
    'notices.inbox.read': {
      kind: 'read',
      resource: 'notices.inbox',
      summary: 'see that something new lies in an inbox',
    },
    'notices.webhook.manage': {
      kind: 'manage',
      resource: 'party',
      summary: 'manage the webhooks of a party',
    },
    'notices.mail.operate': {
      kind: 'operate',
      resource: null,
      summary: 'see and repeat mails that were given up',
    },
  },
  facts: {
    'notices.webhook_created': z.object({ webhookId, ownerId: partyId }),
    'notices.webhook_removed': z.object({ webhookId, ownerId: partyId }),
  },
  tasks: {},
  errors: errors.declarations,
  operations: { ...inbox, ...webhooks },
});
