import { formatNumber } from '#web/format.ts';

/** A score as people compare it: three decimals, always. */
export const scoreText = (score: number): string => score.toFixed(3);

/** Counters on hidden data are rounded up to a power of two; whole figures say so best. */
export const roundedText = (value: number): string => formatNumber(value, value < 10 ? 2 : 0);
