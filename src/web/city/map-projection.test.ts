import { expect, test } from 'vitest';
import { drawDistricts, projectionOf } from './map-projection.ts';

const districts = [
  {
    ...{ code: '310101', name: '黄浦区', streets: [] },
    rings: ['121,31 122,31 122,32 121,32', '121.9,31.9 122,31.9 122,32 121.9,32'],
  },
];

test('north is up, east is right, and a kilometre is as long either way', () => {
  const { width, height, at } = projectionOf(districts);
  expect(at(121, 32)).toEqual([12, 12]);
  const [right, bottom] = at(122, 31);
  expect(right).toBe(width - 12);
  expect(Math.abs(bottom - (height - 12))).toBeLessThan(1);
  const [west, east] = [at(121, 31), at(122, 31)];
  const [south, north] = [at(121, 31), at(121, 32)];
  const ratio = (east[0] - west[0]) / (south[1] - north[1]);
  expect(ratio).toBeCloseTo(Math.cos((31.2 * Math.PI) / 180), 2);
});

test('a district is drawn as its outlines, with the middle of the largest', () => {
  const projection = projectionOf(districts);
  const [drawn] = drawDistricts(districts, projection);
  expect(drawn!.path.match(/M/g)).toHaveLength(2);
  const [x, y] = projection.at(121.5, 31.5);
  expect(drawn!.middle[0]).toBeCloseTo(x, 0);
  expect(drawn!.middle[1]).toBeCloseTo(y, 0);
});
