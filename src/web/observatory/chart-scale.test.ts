import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { field, lineThrough, roundUp, scaleOf } from './chart-scale.ts';

describe('a chart', () => {
  const values = fc.integer({ min: -1e12, max: 1e12 }).map((value) => value / 1e6);

  test('has every point in its field, and 0 at its foot unless a value is negative', () => {
    const point = fc.record({ x: fc.integer({ min: 2000, max: 2100 }), y: values });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), (points) => {
        const scale = scaleOf(points);
        for (const { x, y } of points) {
          expect(scale.x(x)).toBeGreaterThanOrEqual(field.left);
          expect(scale.x(x)).toBeLessThanOrEqual(field.width - field.right);
          expect(scale.y(y)).toBeGreaterThanOrEqual(field.top - 1e-6);
          expect(scale.y(y)).toBeLessThanOrEqual(field.height - field.bottom + 1e-6);
        }
        expect(scale.bottom === 0).toBe(points.every(({ y }) => y >= 0));
        expect(lineThrough(points, scale)).not.toContain('NaN');
      }),
    );
  });

  test('ends its axis at a round number', () => {
    expect([0, 0.3, 1, 21, 260, 4000, 4001].map(roundUp)).toEqual([1, 0.5, 1, 25, 500, 5000, 5000]);
  });
});
