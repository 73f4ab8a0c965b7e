import type { CityMap } from './views.ts';

/** Where things stand in the drawing. */
export type Projection = {
  width: number;
  height: number;
  at(longitude: number, latitude: number): readonly [number, number];
};

export type DrawnDistrict = {
  code: string;
  name: string;
  path: string;
  /** The middle of its largest outline. */
  middle: readonly [number, number];
};

const WIDTH = 600;
const MARGIN = 12;
/** The parallel at which east and north have one scale. */
const TRUE_AT_DEGREES = 31.2;

type Place = readonly [longitude: number, latitude: number];

const placesOf = (ring: string): Place[] =>
  ring.split(' ').map((pair) => {
    const [longitude = 0, latitude = 0] = pair.split(',').map(Number);
    return [longitude, latitude];
  });

/** An equirectangular projection that holds every outline of the map. Pure. */
export function projectionOf(districts: CityMap['districts']): Projection {
  const places = districts.flatMap(({ rings }) => rings.flatMap(placesOf));
  const longitudes = places.map(([longitude]) => longitude);
  const latitudes = places.map(([, latitude]) => latitude);
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const squeeze = Math.cos((TRUE_AT_DEGREES * Math.PI) / 180);
  const scale = (WIDTH - 2 * MARGIN) / ((east - west) * squeeze);
  return {
    width: WIDTH,
    height: Math.round((north - south) * scale + 2 * MARGIN),
    at: (longitude, latitude) => [
      round(MARGIN + (longitude - west) * squeeze * scale),
      round(MARGIN + (north - latitude) * scale),
    ],
  };
}

const round = (value: number) => Math.round(value * 10) / 10;

/** The outlines as paths of an SVG. Pure. */
export function drawDistricts(
  districts: CityMap['districts'],
  { at }: Projection,
): DrawnDistrict[] {
  return districts.map(({ code, name, rings }) => {
    const drawn = rings.map((ring) => placesOf(ring).map(([east, north]) => at(east, north)));
    const path = drawn.map((points) => `M${points.map(([x, y]) => `${x} ${y}`).join('L')}Z`);
    const largest = drawn.toSorted((one, other) => areaOf(other) - areaOf(one))[0] ?? [];
    return { code, name, path: path.join(''), middle: middleOf(largest) };
  });
}

type Points = readonly (readonly [number, number])[];

/** Twice the signed area of each corner's triangle, by the shoelace formula. */
const corners = (points: Points) =>
  points.map(([x, y], place) => {
    const [nextX, nextY] = points[(place + 1) % points.length] ?? [x, y];
    return { x: x + nextX, y: y + nextY, area: x * nextY - nextX * y };
  });

const areaOf = (points: Points) =>
  Math.abs(corners(points).reduce((sum, { area }) => sum + area, 0));

function middleOf(points: Points): readonly [number, number] {
  const parts = corners(points);
  const area = parts.reduce((sum, part) => sum + part.area, 0);
  if (area === 0) return points[0] ?? [0, 0];
  const x = parts.reduce((sum, part) => sum + part.x * part.area, 0);
  const y = parts.reduce((sum, part) => sum + part.y * part.area, 0);
  return [round(x / (3 * area)), round(y / (3 * area))];
}
