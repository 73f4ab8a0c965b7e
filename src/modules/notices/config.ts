import * as z from 'zod';
import { type OptionTable, wholeNumber } from '#kernel/config.ts';

export const noticesOptions = {
  NOTICES_SMTP_URL: {
    schema: z.url({ protocol: /^smtps?$/ }).optional(),
    summary: 'Mail server, such as smtps://user:password@mail.example.cn:465; no mail without it',
  },
  NOTICES_MAIL_FROM: {
    schema: z.string().max(200).default('Touyan 头雁 <no-reply@touyan.local>'),
    summary: 'Sender of mails',
  },
  NOTICES_PRIVATE_WEBHOOKS: {
    schema: z.enum(['refuse', 'allow']).default('refuse'),
    summary: 'Whether webhooks may lead to private addresses, and go without https',
  },
  NOTICES_WEBHOOKS_PER_PARTY_MAX: {
    schema: wholeNumber({ min: 1, max: 1000, default: 20 }),
    summary: 'Webhooks of one party',
  },
  NOTICES_DELIVERY_TIMEOUT_SECONDS: {
    schema: wholeNumber({ min: 1, max: 50, default: 10 }),
    summary: 'How long one attempt at a mail or webhook may take',
  },
  NOTICES_KEEP_DAYS: {
    schema: wholeNumber({ min: 1, max: 36_500, default: 365 }),
    summary: 'Days that notices are kept; what was delivered is kept for 30 at most',
  },
} satisfies OptionTable;
