import type { Measure, Readings, Thresholds } from './entities.ts';

/** A reading beyond its threshold. */
export type Breach = { measure: Measure; value: number; threshold: number };

/**
 * What of a deployment's readings lies beyond the thresholds. Shares of fewer than `rowsMin` rows say nothing and are
 * not judged; incidents are counted as they are.
 */
export function breachesOf(
  readings: Readings,
  thresholds: Thresholds,
  options: { rowsMin: number },
): Breach[] {
  const enough = readings.rowsAnswered >= options.rowsMin;
  const share = enough ? readings.flaggedShare : null;
  const above = (measure: Measure, value: number | null, threshold: number | null): Breach[] =>
    value !== null && threshold !== null && value > threshold
      ? [{ measure, value, threshold }]
      : [];
  const below = (measure: Measure, value: number | null, threshold: number | null): Breach[] =>
    value !== null && threshold !== null && value < threshold
      ? [{ measure, value, threshold }]
      : [];
  return [
    ...above('error_rate', enough ? readings.errorRate : null, thresholds.errorRateMax),
    ...below('flagged_low', share, thresholds.flaggedShareMin),
    ...above('flagged_high', share, thresholds.flaggedShareMax),
    ...above('incidents', readings.incidentsPerHour, thresholds.incidentsPerHourMax),
  ];
}
