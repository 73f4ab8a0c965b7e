import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

/** Options of the half *operations*: rules, incidents, commands, map. */
export const operationsOptions = {
  CITY_RULES_PER_OWNER_MAX: {
    schema: wholeNumber({ min: 1, max: 10_000, default: 200 }),
    summary: 'Rules that one organisation may have.',
  },
  CITY_RULE_OBSERVATIONS_MAX: {
    schema: wholeNumber({ min: 10, max: 1_000, default: 500 }),
    summary: 'Observations that a rule judges in one step.',
  },
  CITY_RULE_INTERVAL_MS: {
    schema: wholeNumber({ min: 10, max: 10_000, default: 100 }),
    summary: 'Milliseconds between two steps of a rule, so that it judges many readings at once.',
  },
  CITY_RULE_INCIDENTS_OPEN_MAX: {
    schema: wholeNumber({ min: 1, max: 100_000, default: 500 }),
    summary: 'Incidents of one rule that may be open at once; beyond it they are counted only.',
  },
  CITY_DRY_RUN_OBSERVATIONS_MAX: {
    schema: wholeNumber({ min: 100, max: 1_000_000, default: 50_000 }),
    summary: 'Observations that a dry run of a rule reads.',
  },
  CITY_COMMANDS_WAITING_MAX: {
    schema: wholeNumber({ min: 1, max: 1_000, default: 50 }),
    summary: 'Commands of one thing that may be unfinished at once.',
  },
  CITY_COMMAND_RESEND_SECONDS: {
    schema: wholeNumber({ min: 1, max: 3_600, default: 10 }),
    summary: 'Seconds after which a command that a thing has not received is sent again.',
  },
};

export type OperationsOptions = {
  [Name in keyof typeof operationsOptions]: z.output<(typeof operationsOptions)[Name]['schema']>;
};
