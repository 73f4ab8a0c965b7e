import * as z from 'zod';
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
  SERVING_ENDPOINTS_MAX: {
    schema: wholeNumber({ min: 0, max: 100_000, default: 20 }),
    summary: 'Endpoints that the repositories of one owner may have open.',
  },
  SERVING_REPLICA_WAIT_MS: {
    schema: wholeNumber({ min: 1, max: 600_000, default: 100 }),
    summary:
      'A model gets one process more when calls wait longer than this, up to its most, in milliseconds.',
  },
  SERVING_REPLICA_IDLE_SECONDS: {
    schema: wholeNumber({ min: 1, max: 86_400, default: 30 }),
    summary: 'A process of a model beyond its first ends when it had nothing to do for so long.',
  },
  SERVING_SHADOW_CALLS_MAX: {
    schema: wholeNumber({ min: 1, max: 10_000, default: 16 }),
    summary:
      'Copies of calls of one endpoint that its shadow may have under way; more are dropped.',
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
  SERVING_TASK_ANSWER_BYTES_MAX: {
    schema: wholeNumber({ min: 1_024, max: 2 ** 30, default: 8 * 1024 ** 2 }),
    summary: 'The answer of a task program to one call, as JSON, in bytes.',
  },
  SERVING_MODEL_BODY_BYTES_MAX: {
    schema: wholeNumber({ min: 1_024, max: 2 ** 31, default: 64 * 1024 ** 2 }),
    summary: 'The body of one call of a model, as it comes and once unpacked, in bytes.',
  },
  SERVING_REMOTES_FILE: {
    schema: z.string().max(4_096).default(''),
    summary:
      'A JSON file with the servers that trials may call: a list of origin, key, privateNetwork and owners. None without.',
  },
  SERVING_REMOTE_CALLS_AT_ONCE: {
    schema: wholeNumber({ min: 1, max: 100_000, default: 256 }),
    summary: 'Calls to language models elsewhere that may be under way on this server at once.',
  },
  SERVING_REMOTE_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 86_400, default: 600 }),
    summary:
      'The longest that an answer of a language model elsewhere may take, its stream included.',
  },
  SERVING_REMOTE_SILENCE_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 60 }),
    summary: 'The longest that a server elsewhere may say nothing before it is given up.',
  },
  SERVING_REMOTE_ANSWER_BYTES_MAX: {
    schema: wholeNumber({ min: 1_024, max: 2 ** 31, default: 64 * 1024 ** 2 }),
    summary: 'One answer of a server elsewhere, in bytes.',
  },
  SERVING_CONTENT_SAFETY_URL: {
    schema: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
    summary:
      'Where each prompt and answer of a language model is checked before it passes. Unchecked without.',
  },
  SERVING_CONTENT_SAFETY_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 600, default: 10 }),
    summary: 'The longest that one check of a text may take.',
  },
  SERVING_CONTENT_SAFETY_CHARACTERS: {
    schema: wholeNumber({ min: 1, max: 100_000, default: 400 }),
    summary: 'How much of a streamed answer is held back to be checked together, in characters.',
  },
};

export type ServingOptions = {
  [Name in keyof typeof servingOptions]: z.output<(typeof servingOptions)[Name]['schema']>;
};
