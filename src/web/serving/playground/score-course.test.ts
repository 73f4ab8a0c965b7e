import { expect, test } from 'vitest';
import { scoreCourse } from './score-course.ts';

test('a peak among 20,000 rows is drawn, and flagged rows have their dots', () => {
  const points = Array.from({ length: 20_000 }, (_, place) => ({
    score: place === 12_345 ? 9 : place % 2,
    flag: place === 12_345 ? (1 as const) : (0 as const),
  }));
  const { line, dots, y, low, high, field } = scoreCourse(points, 5);
  expect([low, high]).toEqual([0, 9]);
  expect(line).toContain(`V${y(9).toFixed(1)}`);
  expect(line.split('L').length).toBeLessThan(field.width);
  expect(dots).toEqual([{ place: 12_345, score: 9 }]);
});

test('one row, and rows that are all alike, lie in the field', () => {
  for (const scores of [[3], [3, 3]]) {
    const points = scores.map((score) => ({ score, flag: 0 as const }));
    const { x, y, field } = scoreCourse(points, 3);
    expect(x(0)).toBe(field.left);
    expect(y(3)).toBeLessThanOrEqual(field.height);
    expect(y(3)).toBeGreaterThanOrEqual(0);
  }
});
