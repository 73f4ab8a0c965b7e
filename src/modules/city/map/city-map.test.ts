import { describe, expect, test } from 'vitest';
import { readCityMap } from './city-map.ts';

const { districts, boundarySource, streetSource, coordinateSystem } = readCityMap();
const streets = districts.flatMap((district) => district.streets);

describe('the map of Shanghai', () => {
  test('has its 16 districts and 215 streets, towns and townships, each once', () => {
    expect(districts.map(({ code }) => code)).toEqual([
      ...['310101', '310104', '310105', '310106', '310107', '310109', '310110', '310112'],
      ...['310113', '310114', '310115', '310116', '310117', '310118', '310120', '310151'],
    ]);
    expect(new Set(streets.map(({ code }) => code)).size).toBe(215);
    const count = (kind: string) => streets.filter((street) => street.kind === kind).length;
    expect([count('street'), count('town'), count('township')]).toEqual([107, 106, 2]);
    for (const { code, streets: own } of districts) {
      expect(own.every((street) => street.code.startsWith(code))).toBe(true);
    }
  });

  test('says where it comes from, and claims no coordinate system that its source does not', () => {
    expect([boundarySource.licence, streetSource.licence]).toEqual(['Apache-2.0', 'MIT']);
    expect(coordinateSystem).toBe('undeclared');
  });

  test('has outlines within Shanghai', () => {
    for (const { rings } of districts) {
      for (const place of rings.flatMap((ring) => ring.split(' '))) {
        const [longitude = 0, latitude = 0] = place.split(',').map(Number);
        expect(longitude > 120.8 && longitude < 122.3).toBe(true);
        expect(latitude > 30.6 && latitude < 31.9).toBe(true);
      }
    }
  });
});
