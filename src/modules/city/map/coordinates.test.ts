import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromGcj02, toGcj02 } from './coordinates.ts';

const metres = (one: { longitude: number; latitude: number }, other: typeof one) => {
  const east =
    (one.longitude - other.longitude) * 111_320 * Math.cos((one.latitude * Math.PI) / 180);
  return Math.hypot(east, (one.latitude - other.latitude) * 110_540);
};

describe('GCJ-02', () => {
  // The table of eviltransform's own tests, whose earth is 108 m smaller: 10 mm here.
  test.each([
    ['Shanghai', 121.5272106, 31.1774276, 121.531541859215, 31.17530398364597],
    ['Shenzhen', 113.912316, 22.543847, 113.9171764808363, 22.540796131694766],
    ['Beijing', 116.377817, 39.911954, 116.38404722455657, 39.91334545536069],
  ])('agrees with eviltransform in %s', (_city, longitude, latitude, east, north) => {
    const wanted = { longitude: east, latitude: north };
    expect(metres(toGcj02({ longitude, latitude }), wanted)).toBeLessThan(0.02);
  });

  test('is WGS-84 outside of China', () => {
    const place = { longitude: -0.1276, latitude: 51.5074 };
    expect(toGcj02(place)).toEqual(place);
    expect(fromGcj02(place)).toEqual(place);
  });

  test('there and back again moves nothing by a millimetre, and there by 100 to 900 m', () => {
    const places = fc.record({
      longitude: fc.double({ min: 120.8, max: 122.3, noNaN: true }),
      latitude: fc.double({ min: 30.6, max: 31.9, noNaN: true }),
    });
    fc.assert(
      fc.property(places, (place) => {
        const there = toGcj02(place);
        expect(metres(place, there)).toBeGreaterThan(100);
        expect(metres(place, there)).toBeLessThan(900);
        expect(metres(place, fromGcj02(there))).toBeLessThan(0.001);
      }),
    );
  });
});
