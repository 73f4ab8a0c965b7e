import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

/** Options of the module governance. */
export const governanceOptions = {
  GOVERNANCE_WATCH_SECONDS: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 3 }),
    summary: 'Seconds between two looks of the watch at every deployment.',
  },
  GOVERNANCE_WATCH_ROWS_MIN: {
    schema: wholeNumber({ min: 1, max: 1_000_000, default: 100 }),
    summary: 'Rows that a deployment has answered before shares of them are judged.',
  },
};

export type GovernanceOptions = {
  [Name in keyof typeof governanceOptions]: z.output<(typeof governanceOptions)[Name]['schema']>;
};
