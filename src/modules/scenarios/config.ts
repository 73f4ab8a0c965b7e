import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

/** Options of the module scenarios. */
export const scenariosOptions = {
  SCENARIOS_EVALUATION_MINUTES_MAX: {
    schema: wholeNumber({ min: 1, max: 1_440, default: 30 }),
    summary:
      'Minutes that a submission may wait and be evaluated, beside the time limits of its jobs, before it fails.',
  },
  SCENARIOS_CERTIFICATE_DAYS: {
    schema: wholeNumber({ min: 1, max: 3_650, default: 365 }),
    summary: 'Days that the certificate of an awarded submission is valid.',
  },
  SCENARIOS_RECEIPT_WAIT_SECONDS: {
    schema: wholeNumber({ min: 0, max: 30, default: 5 }),
    summary: 'Seconds that a reader waits for the witness to confirm a receipt.',
  },
};

export type ScenariosOptions = {
  [Name in keyof typeof scenariosOptions]: z.output<(typeof scenariosOptions)[Name]['schema']>;
};
