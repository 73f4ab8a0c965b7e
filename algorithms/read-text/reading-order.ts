import type { Point, Quadrilateral } from '../shared/pictures/picture.ts';

/** An upright box in the frame of the page, with the place of its line in the list. */
type Box = { index: number; left: number; right: number; top: number; bottom: number };

/** Columns are at least so many lines high, and a usual line of them at least so many times as wide as high. */
const COLUMN_LINES_MIN = 3;
const COLUMN_RATIO_MIN = 4;
/** A page of more rows than this is read row by row: every run of them is looked at. */
const BANDS_MAX = 100;

/**
 * The lines as one reads them: rows from the top, in each from the left, and whole columns one after the other, where
 * nothing crosses the space between them. Each corner list begins where its text begins; where most text runs is
 * right, so a slanted page and one on its head are read as well. Gives rows of places in `lines`.
 */
export function readingOrder(lines: readonly Quadrilateral[]): readonly (readonly number[])[] {
  const [cosine, sine] = directionOf(lines);
  const boxes = lines.map((corners, index): Box => {
    const xs = corners.map(([x, y]) => x * cosine + y * sine);
    const ys = corners.map(([x, y]) => y * cosine - x * sine);
    return {
      index,
      left: Math.min(...xs),
      right: Math.max(...xs),
      top: Math.min(...ys),
      bottom: Math.max(...ys),
    };
  });
  return ordered(boxes).map((row) => row.map(({ index }) => index));
}

/** The mean direction of text, longer lines counting more, as a unit vector. */
function directionOf(lines: readonly Quadrilateral[]): Point {
  let [sumX, sumY] = [0, 0];
  for (const [[x0, y0], [x1, y1]] of lines) {
    sumX += x1 - x0;
    sumY += y1 - y0;
  }
  const length = Math.hypot(sumX, sumY);
  return length === 0 ? [1, 0] : [sumX / length, sumY / length];
}

function ordered(boxes: readonly Box[]): readonly (readonly Box[])[] {
  const bands = bandsOf(boxes);
  const found = widestRun(bands);
  if (found === null) return rowsOf(boxes);
  return [
    ...ordered(bands.slice(0, found.from).flat()),
    ...found.columns.flatMap(ordered),
    ...ordered(bands.slice(found.to).flat()),
  ];
}

/** The bands that follow each other and make columns together, with the most lines: headings and footers cross them. */
function widestRun(bands: readonly (readonly Box[])[]) {
  let best: { from: number; to: number; lines: number; columns: readonly Box[][] } | null = null;
  if (bands.length > BANDS_MAX) return null;
  for (let from = 0; from < bands.length; from += 1) {
    for (let to = bands.length; to > from; to -= 1) {
      const run = bands.slice(from, to).flat();
      if (run.length <= (best?.lines ?? COLUMN_LINES_MIN)) break;
      const columns = columnsOf(run);
      if (columns !== null) best = { from, to, lines: run.length, columns };
    }
  }
  return best;
}

/** Left and right of the widest space that no line crosses, where both look like columns of text. */
function columnsOf(boxes: readonly Box[]): readonly Box[][] | null {
  const sorted = boxes.toSorted((a, b) => a.left - b.left);
  let [reached, widest, cut] = [Number.NEGATIVE_INFINITY, 0, 0];
  sorted.forEach(({ left, right }, index) => {
    if (index > 0 && left - reached > widest) [widest, cut] = [left - reached, index];
    reached = Math.max(reached, right);
  });
  const sides = [sorted.slice(0, cut), sorted.slice(cut)];
  if (cut === 0 || !sides.every(isColumn)) return null;
  return sides;
}

function isColumn(boxes: readonly Box[]): boolean {
  if (boxes.length < COLUMN_LINES_MIN) return false;
  const ratios = boxes.map((box) => (box.right - box.left) / (box.bottom - box.top));
  return middle(ratios) >= COLUMN_RATIO_MIN;
}

/** Boxes from the top, parted wherever a line could be drawn across between them. */
function bandsOf(boxes: readonly Box[]): readonly (readonly Box[])[] {
  const bands: Box[][] = [];
  let reached = Number.NEGATIVE_INFINITY;
  for (const box of boxes.toSorted((a, b) => a.top - b.top)) {
    if (box.top >= reached) bands.push([]);
    bands.at(-1)?.push(box);
    reached = Math.max(reached, box.bottom);
  }
  return bands;
}

/** Boxes whose middles stand beside each other make a row. */
function rowsOf(boxes: readonly Box[]): readonly (readonly Box[])[] {
  const rows: Box[][] = [];
  for (const box of boxes.toSorted((a, b) => a.top + a.bottom - b.top - b.bottom)) {
    const row = rows.at(-1);
    const [last] = row ?? [];
    if (row !== undefined && last !== undefined && isBeside(last, box)) row.push(box);
    else rows.push([box]);
  }
  return rows.map((row) => row.toSorted((a, b) => a.left - b.left));
}

function isBeside(a: Box, b: Box): boolean {
  const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return shared > Math.min(a.bottom - a.top, b.bottom - b.top) / 2;
}

const middle = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
