import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

/** Options of the module serving. */
export const servingOptions = {
  SERVING_SESSIONS_AT_ONCE: {
    schema: wholeNumber({ min: 1, max: 300, default: 32 }),
    summary: 'Sessions whose program runs on this server at once; those in use least make room.',
  },
  SERVING_SESSIONS_MAX: {
    schema: wholeNumber({ min: 1, max: 1_000_000, default: 1_000 }),
    summary: 'Sessions that one caller may have with one deployment.',
  },
  SERVING_SESSION_ROWS_MAX: {
    schema: wholeNumber({ min: 1, max: 100_000_000, default: 1_000_000 }),
    summary: 'Rows of one session. After a crash all of them are fed to the program again.',
  },
  SERVING_CALLS_WAITING_MAX: {
    schema: wholeNumber({ min: 1, max: 1_000_000, default: 2_000 }),
    summary: 'Calls of one session that may wait at once.',
  },
  SERVING_IDLE_SECONDS: {
    schema: wholeNumber({ min: 1, max: 86_400, default: 600 }),
    summary: 'The program of a session that is not called for so long ends until the next call.',
  },
  SERVING_ROW_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 600, default: 5 }),
    summary: 'The longest that a program may take over one row.',
  },
  SERVING_MEMORY_BYTES_MAX: {
    schema: wholeNumber({ min: 64 * 1024 ** 2, max: 2 ** 40, default: 512 * 1024 ** 2 }),
    summary: 'The memory that the program of one session may use, in bytes.',
  },
};

export type ServingOptions = {
  [Name in keyof typeof servingOptions]: z.output<(typeof servingOptions)[Name]['schema']>;
};
