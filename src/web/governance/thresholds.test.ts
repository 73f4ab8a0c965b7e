import { expect, test } from 'vitest';
import { fits, textsOf, thresholdsOf } from './thresholds.ts';

test('thresholds go through the form unchanged', () => {
  const thresholds = {
    errorRateMax: 0.07,
    flaggedShareMin: 0,
    flaggedShareMax: null,
    incidentsPerHourMax: 12,
  };
  const texts = textsOf(thresholds);
  expect(texts).toEqual({
    errorRateMax: '7',
    flaggedShareMin: '0',
    flaggedShareMax: '',
    incidentsPerHourMax: '12',
  });
  const back = thresholdsOf(texts);
  expect(back.errorRateMax).toBeCloseTo(0.07, 12);
  expect({ ...back, errorRateMax: 0.07 }).toEqual(thresholds);
});

test('a share is a per cent, incidents are any number from 0 on', () => {
  expect(fits('errorRateMax', '')).toBe(true);
  expect(fits('errorRateMax', '100')).toBe(true);
  expect(fits('errorRateMax', '101')).toBe(false);
  expect(fits('incidentsPerHourMax', '101')).toBe(true);
  expect(fits('incidentsPerHourMax', '-1')).toBe(false);
  expect(fits('incidentsPerHourMax', 'many')).toBe(false);
});
