import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point, Quadrilateral } from '../shared/pictures/picture.ts';
import { readingOrder } from './reading-order.ts';

const box = (left: number, top: number, width: number, height = 20): Quadrilateral => [
  [left, top],
  [left + width, top],
  [left + width, top + height],
  [left, top + height],
];

const turnedBy = (degrees: number) => {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const point = ([x, y]: Point): Point => [x * cosine - y * sine, x * sine + y * cosine];
  return ([a, b, c, d]: Quadrilateral): Quadrilateral => [point(a), point(b), point(c), point(d)];
};

/** A heading, two columns of four lines, and a footer. */
const page = [
  box(100, 0, 400),
  ...[0, 1, 2, 3].map((line) => box(0, 50 + line * 30, 250)),
  ...[0, 1, 2, 3].map((line) => box(320, 52 + line * 30, 250)),
  box(0, 200, 560),
];

describe('the order of reading', () => {
  it('goes down one column and then the other, however the page is turned and its lines are listed', () => {
    const listed = fc.shuffledSubarray([...page.keys()], { minLength: page.length });
    fc.assert(
      fc.property(listed, fc.integer({ min: 0, max: 359 }), (order, degrees) => {
        const lines = order.map((index) => turnedBy(degrees)(page[index]!));
        const read = readingOrder(lines)
          .flat()
          .map((place) => order[place]);
        expect(read).toEqual([...page.keys()]);
      }),
    );
  });

  it('reads short cells by rows: a list of names and prices is no page of columns', () => {
    const cells = [0, 1, 2, 3].flatMap((row) => [box(0, row * 30, 60), box(300, row * 30 + 3, 50)]);
    expect(readingOrder(cells)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
  });

  it('gives every line once, whatever their places', () => {
    const any = fc.record({
      left: fc.integer({ min: 0, max: 900 }),
      top: fc.integer({ min: 0, max: 900 }),
      width: fc.integer({ min: 0, max: 900 }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (boxes) => {
        const read = readingOrder(boxes.map(({ left, top, width }) => box(left, top, width)));
        expect(read.flat().toSorted((a, b) => a - b)).toEqual([...boxes.keys()]);
      }),
    );
  });
});
