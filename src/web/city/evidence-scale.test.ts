import { expect, test } from 'vitest';
import { chart, seriesOf } from './evidence-scale.ts';

const reading = (second: number, humidity: number | null, matched = false) => ({
  at: new Date(second * 1_000).toISOString(),
  ...{ values: { humidity, place: 'gate' }, matched, score: null },
});

test('readings stand within the field, in the order of time, and words are not drawn', () => {
  const [series, ...more] = seriesOf([reading(0, 40), reading(5, 60, true), reading(10, null)]);
  expect(more).toEqual([]);
  expect(series).toMatchObject({ name: 'humidity', low: 40, high: 60 });
  const [first, second] = series!.points;
  expect(first!.x).toBe(chart.left);
  expect(second!.x).toBeLessThan(chart.width - chart.right);
  expect(second!.y).toBeLessThan(first!.y);
  for (const { x, y } of series!.points) {
    expect(x >= chart.left && x <= chart.width && y >= chart.top && y <= chart.height).toBe(true);
  }
});

test('one reading stands in the middle, none draws nothing', () => {
  expect(seriesOf([reading(0, 1)])[0]!.points[0]!.y).toBeGreaterThan(chart.top);
  expect(seriesOf([])).toEqual([]);
});
