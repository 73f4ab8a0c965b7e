import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

/** Options of the module discovery. */
export const discoveryOptions = {
  DISCOVERY_TEXT_CHARACTERS_MAX: {
    schema: wholeNumber({ min: 0, max: 40_000, default: 8_000 }),
    summary: 'As much of the text of an entry can be found, in characters.',
  },
  DISCOVERY_MATCHES_MAX: {
    schema: wholeNumber({ min: 100, max: 10_000, default: 200 }),
    summary: 'Matches that one search counts, with their facets; more can be paged through.',
  },
};

export type DiscoveryOptions = {
  [Name in keyof typeof discoveryOptions]: z.output<(typeof discoveryOptions)[Name]['schema']>;
};
