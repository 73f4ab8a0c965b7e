/** Seed of the injected faults and losses, and of the bootstrap. */
export const preparationSeed = 20_261_123;

/**
 * An event counts if it is flagged within 90 s of its start; a false alarm covers the minute after
 * its first flag (5 s a reading).
 */
export const scoreOptions = { latencyReadings: 18, mergeGapReadings: 12 } as const;

export const bootstrapOptions = {
  seed: preparationSeed,
  resamples: 1_000,
  blockReadings: 60,
} as const;
