import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

/** Options of the module observatory. */
export const observatoryOptions = {
  OBSERVATORY_IMPORT_ROWS_MAX: {
    schema: wholeNumber({ min: 1, max: 10_000, default: 1_000 }),
    summary: 'Rows that one import may have.',
  },
  OBSERVATORY_IMPORT_UNPACKED_BYTES_MAX: {
    schema: wholeNumber({ min: 100_000, max: 200_000_000, default: 20_000_000 }),
    summary: 'Bytes that an imported workbook may have once it is unpacked.',
  },
  OBSERVATORY_DRAFTS_MAX: {
    schema: wholeNumber({ min: 1, max: 100_000, default: 2_000 }),
    summary: 'Values of one organisation that may wait for review.',
  },
  OBSERVATORY_EVIDENCE_FACTS_MAX: {
    schema: wholeNumber({ min: 1, max: 50_000, default: 10_000 }),
    summary: 'Facts that one evidence file may hold.',
  },
  OBSERVATORY_WITNESS_WAIT_SECONDS: {
    schema: wholeNumber({ min: 0, max: 30, default: 5 }),
    summary:
      'Seconds that a reader waits for the witness to confirm the facts of an evidence file.',
  },
};

export type ObservatoryOptions = {
  [Name in keyof typeof observatoryOptions]: z.output<(typeof observatoryOptions)[Name]['schema']>;
};
