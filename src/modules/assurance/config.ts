import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

const MIB = 1024 ** 2;

/** Options of the module assurance. */
export const assuranceOptions = {
  ASSURANCE_WAIT_SECONDS_MAX: {
    schema: wholeNumber({ min: 10, max: 604_800, default: 90_000 }),
    summary: 'A job of an evaluation may wait so long for its turn, in seconds.',
  },
  ASSURANCE_ATTEMPTS_MAX: {
    schema: wholeNumber({ min: 1, max: 20, default: 4 }),
    summary: 'Attempts at one job whose end was a fault of the platform.',
  },
  ASSURANCE_RETRY_SECONDS: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 2 }),
    summary: 'Before the second attempt, in seconds; it doubles with each.',
  },
  ASSURANCE_SCORE_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 120 }),
    summary: 'A scorer may run so long, in seconds of wall and of processor time.',
  },
  ASSURANCE_SCORE_MEMORY_BYTES_MAX: {
    schema: wholeNumber({ min: 64 * MIB, max: 16 * 1024 * MIB, default: 512 * MIB }),
    summary: 'Memory that a scorer may use, in bytes.',
  },
  ASSURANCE_DISCLOSED_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 64 * MIB, default: 8 * MIB }),
    summary: 'The largest predictions or labels that an evidence file carries, in bytes.',
  },
  ASSURANCE_WITNESS_WAIT_SECONDS: {
    schema: wholeNumber({ min: 0, max: 60, default: 5 }),
    summary: 'A reader of evidence waits so long for the witnesses, in seconds.',
  },
  ASSURANCE_SUITE_CASES_MAX: {
    schema: wholeNumber({ min: 1, max: 100_000, default: 10_000 }),
    summary: 'Cases that a suite may have.',
  },
  ASSURANCE_SUITE_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 256 * MIB, default: 16 * MIB }),
    summary: 'The largest file of cases, in bytes.',
  },
  ASSURANCE_CASE_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 64 * MIB, default: 16 * MIB }),
    summary: 'The largest picture, sound or table of a case, in bytes.',
  },
  ASSURANCE_MEASUREMENTS_MAX: {
    schema: wholeNumber({ min: 1, max: 10_000, default: 50 }),
    summary: 'Measurements of one owner that may wait or run at a time.',
  },
  ASSURANCE_MEASURE_LEASE_SECONDS: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 30 }),
    summary: 'A measurement waits so long for its server after it was killed, in seconds.',
  },
};

export type AssuranceOptions = {
  [Name in keyof typeof assuranceOptions]: z.output<(typeof assuranceOptions)[Name]['schema']>;
};
