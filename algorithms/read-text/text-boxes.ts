import type { Point, Quadrilateral } from '../shared/pictures/picture.ts';
import { cornersOf, type Rectangle, smallestRectangle } from './smallest-rectangle.ts';

/** How likely text is at each point of a picture, row by row. */
export type TextMap = { width: number; height: number; data: Float32Array };

/** The values of PP-OCRv4's own reader: PaddleOCR, `tools/infer/utility.py`, `det_db_*`. */
const PIXEL_MIN = 0.3;
const BOX_MIN = 0.6;
/**
 * Its own is 1.5, which cuts full stops off: with 2, 10 wrong characters of the suite's 1,328 became 0, and 24 of
 * 6,239 on rendered pages of other fonts and sizes became 15.
 */
const UNCLIP_RATIO = 2;
const SIDE_MIN = 3;
const BOXES_MAX = 1_000;

/**
 * The lines of text of a map by DBNet's way ("Real-time Scene Text Detection with Differentiable Binarization", Liao
 * et al., 2020): connected points, the smallest rectangle around each group, its mean likelihood, and the
 * rectangle grown again by what the network was taught to shrink text. In points of the map.
 */
export function textBoxes(map: TextMap): readonly Quadrilateral[] {
  const boxes: Quadrilateral[] = [];
  for (const outline of groupsOf(map)) {
    const rectangle = smallestRectangle(outline);
    const sideMin = Math.min(rectangle.reach.along, rectangle.reach.across) * 2;
    if (sideMin < SIDE_MIN || meanWithin(map, rectangle) < BOX_MIN) continue;
    boxes.push(cornersOf(grown(rectangle)));
    if (boxes.length === BOXES_MAX) break;
  }
  return boxes;
}

/** By area × ratio ÷ perimeter on every side, as the shrinking was done (Vatti's clipping in the paper). */
function grown(rectangle: Rectangle): Rectangle {
  const { along, across } = rectangle.reach;
  const distance = (along * across * UNCLIP_RATIO) / (along + across);
  return { ...rectangle, reach: { along: along + distance, across: across + distance } };
}

/** Of each group of points that touch, also by a corner: the first and the last point of each row. */
function* groupsOf({ width, height, data }: TextMap): Generator<readonly Point[]> {
  const seen = new Uint8Array(width * height);
  const stack: number[] = [];
  for (let start = 0; start < data.length; start += 1) {
    if (seen[start] === 1 || (data[start] ?? 0) <= PIXEL_MIN) continue;
    const rows = new Map<number, { from: number; to: number }>();
    seen[start] = 1;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const y = Math.floor(at / width);
      const x = at - y * width;
      const row = rows.get(y);
      if (row === undefined) rows.set(y, { from: x, to: x });
      else if (x < row.from) row.from = x;
      else if (x > row.to) row.to = x;
      for (let nearY = Math.max(0, y - 1); nearY <= Math.min(height - 1, y + 1); nearY += 1) {
        for (let nearX = Math.max(0, x - 1); nearX <= Math.min(width - 1, x + 1); nearX += 1) {
          const near = nearY * width + nearX;
          if (seen[near] === 1 || (data[near] ?? 0) <= PIXEL_MIN) continue;
          seen[near] = 1;
          stack.push(near);
        }
      }
    }
    yield [...rows].flatMap(([y, { from, to }]): Point[] => [
      [from, y],
      [to, y],
    ]);
  }
}

function meanWithin({ width, height, data }: TextMap, rectangle: Rectangle): number {
  const { centre, along, across, reach } = rectangle;
  const spanX = Math.abs(along[0]) * reach.along + Math.abs(across[0]) * reach.across;
  const spanY = Math.abs(along[1]) * reach.along + Math.abs(across[1]) * reach.across;
  let [sum, count] = [0, 0];
  const [top, bottom] = [Math.max(0, centre[1] - spanY), Math.min(height - 1, centre[1] + spanY)];
  const [left, right] = [Math.max(0, centre[0] - spanX), Math.min(width - 1, centre[0] + spanX)];
  for (let y = Math.ceil(top); y <= bottom; y += 1) {
    for (let x = Math.ceil(left); x <= right; x += 1) {
      const [u, v] = [x - centre[0], y - centre[1]];
      if (Math.abs(u * along[0] + v * along[1]) > reach.along + 1e-6) continue;
      if (Math.abs(u * across[0] + v * across[1]) > reach.across + 1e-6) continue;
      sum += data[y * width + x] ?? 0;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}
