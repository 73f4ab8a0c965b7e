import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

/** Options of the module exchange. */
export const exchangeOptions = {
  EXCHANGE_PLATFORM_SHARE_BPS: {
    schema: wholeNumber({ min: 0, max: 10_000, default: 500 }),
    summary: 'The platform’s share of what is settled, in basis points; offers keep it for good.',
  },
  EXCHANGE_SETTLE_MINUTES: {
    schema: wholeNumber({ min: 1, max: 44_640, default: 1_440 }),
    summary: 'An agreement with usage is settled by itself this often, in minutes.',
  },
  EXCHANGE_EVIDENCE_WAIT_SECONDS: {
    schema: wholeNumber({ min: 0, max: 30, default: 5 }),
    summary: 'Seconds that a reader waits for the witness to confirm a statement.',
  },
};

export type ExchangeOptions = {
  [Name in keyof typeof exchangeOptions]: z.output<(typeof exchangeOptions)[Name]['schema']>;
};
