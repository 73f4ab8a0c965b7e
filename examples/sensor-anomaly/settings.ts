/** Seed of the injected faults and losses, and of the bootstrap. */
export const preparationSeed = 20_261_123;

/**
 * An event counts if it is flagged within 2 minutes; flags within 1 minute are one false alarm (5 s
 * a reading).
 */
export const scoreOptions = { latencyReadings: 24, mergeGapReadings: 12 } as const;

export const bootstrapOptions = {
  seed: preparationSeed,
  resamples: 1_000,
  blockReadings: 60,
} as const;
