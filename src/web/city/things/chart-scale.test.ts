import { expect, test } from 'vitest';
import { courseOf, field } from './chart-scale.ts';

const at = (minute: number) => `2026-11-23T08:0${minute}:00.000Z`;

test('time goes to the right and values upwards, whatever their order', () => {
  const course = courseOf([
    { phenomenonTime: at(2), result: 30 },
    { phenomenonTime: at(0), result: 10 },
    { phenomenonTime: at(1), result: 20 },
    { phenomenonTime: at(1), result: 'broken' },
  ]);
  const points = course?.points ?? [];
  expect(points.map(({ value }) => value)).toEqual([10, 20, 30]);
  expect(points.map(({ x }) => x)).toEqual([field.left, 344, field.width - field.right]);
  const [low, middle, high] = points.map(({ y }) => y);
  expect(low).toBeGreaterThan(middle ?? 0);
  expect(middle).toBeGreaterThan(high ?? 0);
  expect(course?.high).toEqual({ value: 30, y: high });
});

test('one value stands in the middle, none gives nothing', () => {
  const [only] = courseOf([{ phenomenonTime: at(0), result: 5 }])?.points ?? [];
  expect(only?.y).toBe((field.height - field.bottom + field.top) / 2);
  expect(courseOf([{ phenomenonTime: at(0), result: null }])).toBeNull();
});
