import { cropQuadrilateral } from '../shared/pictures/crop-quadrilateral.ts';
import type { Picture, Point, Quadrilateral } from '../shared/pictures/picture.ts';
import { resizePicture } from '../shared/pictures/resize-picture.ts';
import { turned } from './smallest-rectangle.ts';

/** Text that is higher than this much of its width is lying (PaddleOCR, `get_rotate_crop_image`). */
const LYING_FROM = 1.5;

/** The corners so that the line runs from the first to the second: a lying one is taken to rise. */
export function standing(corners: Quadrilateral): Quadrilateral {
  const { width, height } = sizeOf(corners);
  return height >= width * LYING_FROM ? turned(corners, 1) : corners;
}

/** Of a line, in pixels. */
export function sizeOf([a, b, c, d]: Quadrilateral): { width: number; height: number } {
  return {
    width: Math.max(1, Math.round(Math.max(distance(a, b), distance(d, c)))),
    height: Math.max(1, Math.round(Math.max(distance(a, d), distance(b, c)))),
  };
}

/** The line straight, of that height, and as wide as it then is, but not wider than `widthMax`. */
export function linePicture(
  picture: Picture,
  corners: Quadrilateral,
  height: number,
  widthMax: number,
): Picture {
  const size = sizeOf(corners);
  const width = Math.ceil((height * size.width) / size.height);
  const crop = cropQuadrilateral(picture, corners, size.width, size.height);
  return resizePicture(crop, Math.min(widthMax, Math.max(1, width)), height);
}

const distance = ([x0, y0]: Point, [x1, y1]: Point) => Math.hypot(x1 - x0, y1 - y0);
