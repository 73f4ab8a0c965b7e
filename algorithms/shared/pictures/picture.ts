/** Rows from the top, pixels from the left, each three bytes: red, green, blue. */
export type Picture = { width: number; height: number; data: Uint8Array };

export const PIXELS_MAX = 50_000_000;

export function emptyPicture(width: number, height: number): Picture {
  return { width, height, data: new Uint8Array(width * height * 3) };
}

/** A point in pixels from the left upper corner of a picture. */
export type Point = readonly [x: number, y: number];

/** Four corners, clockwise from the left upper corner of what stands in it. */
export type Quadrilateral = readonly [Point, Point, Point, Point];
