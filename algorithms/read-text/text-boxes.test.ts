import { describe, expect, it } from 'vitest';
import type { Point } from '../shared/pictures/picture.ts';
import { spelled } from './read-lines.ts';
import { smallestRectangle } from './smallest-rectangle.ts';
import { textBoxes } from './text-boxes.ts';

/** A map with bars of likely text: centre, half of length and height, angle in degrees. */
function mapOf(bars: readonly { at: Point; reach: Point; degrees: number; value: number }[]) {
  const [width, height] = [200, 120];
  const data = new Float32Array(width * height);
  for (const { at, reach, degrees, value } of bars) {
    const [cosine, sine] = [
      Math.cos((degrees * Math.PI) / 180),
      Math.sin((degrees * Math.PI) / 180),
    ];
    for (let place = 0; place < data.length; place += 1) {
      const [x, y] = [(place % width) - at[0], Math.floor(place / width) - at[1]];
      const inside =
        Math.abs(x * cosine + y * sine) <= reach[0] && Math.abs(y * cosine - x * sine) <= reach[1];
      if (inside) data[place] = value;
    }
  }
  return { width, height, data };
}

describe('boxes of text', () => {
  it('stand as the text does, and are larger than its heart', () => {
    const bar = { at: [100, 60] as Point, reach: [60, 8] as Point, degrees: 10, value: 0.9 };
    const [only, ...others] = textBoxes(mapOf([bar]));
    expect(others).toEqual([]);
    const [[x0, y0], [x1, y1]] = only!;
    expect((Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI).toBeCloseTo(10, 0);
    const grownBy = (60 * 8 * 2) / (60 + 8);
    expect(Math.hypot(x1 - x0, y1 - y0) / 2).toBeCloseTo(60 + grownBy, -0.5);
  });

  it('are one for each that nothing joins; specks and what is unlikely are none', () => {
    const boxes = textBoxes(
      mapOf([
        { at: [40, 30], reach: [30, 6], degrees: 0, value: 0.8 },
        { at: [140, 30], reach: [30, 6], degrees: 0, value: 0.8 },
        { at: [60, 80], reach: [30, 6], degrees: 0, value: 0.45 },
        { at: [150, 90], reach: [1, 1], degrees: 0, value: 0.9 },
      ]),
    );
    expect(boxes).toHaveLength(2);
  });

  it('hold all their points, and have no area where those make a line', () => {
    const { reach } = smallestRectangle([
      [0, 0],
      [5, 5],
      [10, 10],
    ]);
    expect(Math.min(reach.along, reach.across)).toBeCloseTo(0);
    expect(Math.max(reach.along, reach.across)).toBeCloseTo(Math.sqrt(50));
    expect(smallestRectangle([[3, 4]]).centre).toEqual([3, 4]);
  });
});

describe('spelling', () => {
  const characters = ['a', 'b', '中', ' '];
  const spell = (steps: readonly (readonly number[])[]) =>
    spelled(Float32Array.from(steps.flat()), 5, characters);
  const none = [0.9, 0, 0, 0, 0];

  it('takes repeated steps for one character, unless nothing stands between', () => {
    const a = [0.1, 0.8, 0, 0, 0];
    const { text, score } = spell([a, a, none, a, [0, 0, 1, 0, 0]]);
    expect(text).toBe('aab');
    expect(score).toBeCloseTo((0.8 + 0.8 + 1) / 3);
    expect(spell([none])).toEqual({ text: '', score: 0 });
  });

  it('sees spaces that are not the likeliest, but none beside Chinese', () => {
    const faint = [0.9, 0, 0, 0, 0.05];
    const [a, b, zhong] = [
      [0, 1, 0, 0, 0],
      [0, 0, 1, 0, 0],
      [0, 0, 0, 1, 0],
    ] as const;
    expect(spell([a, faint, b, none, a, faint, zhong]).text).toBe('a ba中');
  });
});
