import * as z from 'zod';
import { type OptionTable, wholeNumber } from '#kernel/config.ts';

export const partiesOptions = {
  PARTIES_ADDRESS: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    summary: 'Address under which users see the platform; https makes its cookies secure',
  },
  PARTIES_REGISTRATION: {
    schema: z.enum(['open', 'invited']).default('invited'),
    summary: 'Who may open an account: everybody, or only those with an invitation',
  },
  PARTIES_REGISTRATIONS_PER_MINUTE_MAX: {
    schema: wholeNumber({ min: 1, max: 10_000, default: 30 }),
    summary: 'Accounts opened in one minute on one server',
  },
  PARTIES_SECRET: {
    schema: z.string().min(32).optional(),
    summary: 'Signs sessions; several servers share one. A file in the data folder unless given',
  },
  PARTIES_SIGN_INS_PER_MINUTE_MAX: {
    schema: wholeNumber({ min: 1, max: 10_000, default: 10 }),
    summary: 'Attempts to sign in from one address in a minute, on one server',
  },
  PARTIES_SESSION_DAYS: {
    schema: wholeNumber({ min: 1, max: 90, default: 7 }),
    summary: 'Days that a session lasts without use',
  },
  PARTIES_TRUSTED_PROXIES: {
    schema: z
      .string()
      .default('')
      .transform((text) => text.split(',').flatMap((one) => one.trim() || [])),
    summary: 'Addresses of proxies whose x-forwarded-for is believed, separated by commas',
  },
} satisfies OptionTable;
