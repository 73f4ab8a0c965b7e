import { describe, expect, it } from 'vitest';
import { breachesOf } from './breaches.ts';
import type { Readings, Thresholds } from './entities.ts';

const calm: Readings = { rowsAnswered: 500, errorRate: 0, flaggedShare: 0.1, incidentsPerHour: 0 };
const wanted: Thresholds = {
  errorRateMax: 0.02,
  flaggedShareMin: 0.05,
  flaggedShareMax: 0.2,
  incidentsPerHourMax: 5,
};
const measured = (readings: Partial<Readings>, thresholds: Partial<Thresholds> = {}) =>
  breachesOf({ ...calm, ...readings }, { ...wanted, ...thresholds }, { rowsMin: 100 }).map(
    ({ measure }) => measure,
  );

describe('breachesOf', () => {
  it('finds nothing within bounds, on them, and where nothing is bounded', () => {
    expect(measured({})).toEqual([]);
    expect(measured({ errorRate: 0.02, flaggedShare: 0.2, incidentsPerHour: 5 })).toEqual([]);
    expect(measured({ errorRate: 1 }, { errorRateMax: null })).toEqual([]);
  });

  it('finds each measure beyond its bound', () => {
    expect(measured({ errorRate: 0.03 })).toEqual(['error_rate']);
    expect(measured({ flaggedShare: 0.04 })).toEqual(['flagged_low']);
    expect(measured({ flaggedShare: 0.21, incidentsPerHour: 6 })).toEqual([
      'flagged_high',
      'incidents',
    ]);
  });

  it('judges no share of few rows or none', () => {
    expect(measured({ rowsAnswered: 99, errorRate: 1, flaggedShare: 1 })).toEqual([]);
    expect(measured({ flaggedShare: null })).toEqual([]);
  });
});
