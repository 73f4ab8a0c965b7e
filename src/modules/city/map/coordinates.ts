/**
 * Coordinates of maps in China. GCJ-02 (the offset that published maps must have) has no published definition; these
 * are the formulas that map libraries have agreed on since 2013 (eviltransform,
 * https://github.com/googollee/eviltransform), on the Krasovsky 1940 ellipsoid. CGCS2000 differs from WGS-84 by
 * centimetres, so that no view here tells them apart.
 */

import type { Convertible } from './map-entities.ts';

/** Degrees east and north. */
export type Place = { longitude: number; latitude: number };

const SEMI_MAJOR_METRES = 6_378_245;
const ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943;
/** The formulas hold inside this box; outside of it, GCJ-02 is WGS-84. */
const BOX = { west: 72.004, east: 137.8347, south: 0.8293, north: 55.8271 };
/** A hundred-thousandth of a degree is a metre; this is a tenth of a millimetre. */
const CONVERGED = 1e-9;

/** To GCJ-02. In Shanghai it moves a place by some 500 m. */
export function toGcj02({ longitude, latitude }: Place): Place {
  if (!isInside({ longitude, latitude })) return { longitude, latitude };
  const [east, north] = [longitude - 105, latitude - 35];
  const radians = (latitude / 180) * Math.PI;
  const flattening = 1 - ECCENTRICITY_SQUARED * Math.sin(radians) ** 2;
  const meridian =
    (SEMI_MAJOR_METRES * (1 - ECCENTRICITY_SQUARED)) / (flattening * Math.sqrt(flattening));
  const parallel = (SEMI_MAJOR_METRES / Math.sqrt(flattening)) * Math.cos(radians);
  return {
    longitude: longitude + (eastMetres(east, north) * 180) / (parallel * Math.PI),
    latitude: latitude + (northMetres(east, north) * 180) / (meridian * Math.PI),
  };
}

/** From GCJ-02, by iteration: exact to less than a millimetre. */
export function fromGcj02(place: Place): Place {
  let guess = place;
  for (let round = 0; round < 30; round += 1) {
    const there = toGcj02(guess);
    const east = there.longitude - place.longitude;
    const north = there.latitude - place.latitude;
    guess = { longitude: guess.longitude - east, latitude: guess.latitude - north };
    if (Math.abs(east) < CONVERGED && Math.abs(north) < CONVERGED) break;
  }
  return guess;
}

/** A place in another system. */
export function converted(place: Place, from: Convertible, to: Convertible): Place {
  if (from === to) return place;
  return to === 'GCJ-02' ? toGcj02(place) : fromGcj02(place);
}

function isInside({ longitude, latitude }: Place): boolean {
  const { west, east, south, north } = BOX;
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}

function waves(value: number): number {
  return 20 * Math.sin(6 * value * Math.PI) + 20 * Math.sin(2 * value * Math.PI);
}

function northMetres(x: number, y: number): number {
  const plane = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  const short = 20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI);
  const long = 160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30);
  return plane + ((waves(x) + short + long) * 2) / 3;
}

function eastMetres(x: number, y: number): number {
  const plane = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  const short = 20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI);
  const long = 150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI);
  return plane + ((waves(x) + short + long) * 2) / 3;
}
