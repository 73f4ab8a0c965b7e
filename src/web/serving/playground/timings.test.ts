import { expect, test } from 'vitest';
import { median, percentile } from './timings.ts';

test('the median is the middle', () => {
  expect(median([])).toBe(0);
  expect(median([7])).toBe(7);
  expect(median([30, 10, 20])).toBe(20);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('the ninetieth percentile is a value that was measured', () => {
  const ten = [10, 1, 9, 2, 8, 3, 7, 4, 6, 5];
  expect(percentile(ten, 0.9)).toBe(9);
  expect(percentile([...ten, 11], 0.9)).toBe(10);
  expect(percentile([3], 0.9)).toBe(3);
  expect(percentile([], 0.9)).toBe(0);
});
