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
    summary:
      'The program of a session, or the process of a model, that is not called for so long ends until the next call.',
  },
  SERVING_ROW_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 600, default: 5 }),
    summary: 'The longest that a program may take over one row.',
  },
  SERVING_MEMORY_BYTES_MAX: {
    schema: wholeNumber({ min: 64 * 1024 ** 2, max: 2 ** 40, default: 512 * 1024 ** 2 }),
    summary: 'The memory that the program of one session may use, in bytes.',
  },
  SERVING_TRIALS_MAX: {
    schema: wholeNumber({ min: 0, max: 100_000, default: 20 }),
    summary: 'Trials that the repositories of one owner may have open.',
  },
  SERVING_TRIAL_CALLS_PER_SECOND: {
    schema: wholeNumber({ min: 1, max: 10_000_000, default: 50 }),
    summary:
      'Calls a second that one caller may make of one trial, on each server; twice as many at once.',
  },
  SERVING_MODELS_AT_ONCE: {
    schema: wholeNumber({ min: 1, max: 300, default: 8 }),
    summary: 'Models that are loaded on this server at once; those in use least make room.',
  },
  SERVING_MODEL_BYTES_MAX: {
    schema: wholeNumber({ min: 1, max: 2 ** 40, default: 2 * 1024 ** 3 }),
    summary: 'The size of a model with its external data, in bytes.',
  },
  SERVING_MODEL_MEMORY_BYTES_MAX: {
    schema: wholeNumber({ min: 64 * 1024 ** 2, max: 2 ** 40, default: 2 * 1024 ** 3 }),
    summary: 'The memory that the process of one model may use, in bytes.',
  },
  SERVING_MODEL_THREADS: {
    schema: wholeNumber({ min: 1, max: 256, default: 1 }),
    summary: 'Threads that one run of a model may use.',
  },
  SERVING_MODEL_LOAD_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 60 }),
    summary: 'The longest that loading a model may take.',
  },
  SERVING_MODEL_RUN_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 10 }),
    summary: 'The longest that one run of a model may take; its process ends then.',
  },
  SERVING_MODEL_WAIT_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 90 }),
    summary: 'The longest that a call may wait for its model, its loading included.',
  },
  SERVING_MODEL_CALLS_WAITING_MAX: {
    schema: wholeNumber({ min: 1, max: 1_000_000, default: 1_000 }),
    summary: 'Calls of one model that may wait at once.',
  },
  SERVING_MODEL_BODY_BYTES_MAX: {
    schema: wholeNumber({ min: 1_024, max: 2 ** 31, default: 64 * 1024 ** 2 }),
    summary: 'The body of one call of a model, as it comes and once unpacked, in bytes.',
  },
};

export type ServingOptions = {
  [Name in keyof typeof servingOptions]: z.output<(typeof servingOptions)[Name]['schema']>;
};
