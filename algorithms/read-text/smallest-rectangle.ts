import type { Point, Quadrilateral } from '../shared/pictures/picture.ts';

/** A rectangle that stands at any angle: `along` and `across` are unit vectors at a right angle. */
export type Rectangle = {
  centre: Point;
  along: Point;
  across: Point;
  /** Half of its size in the direction of each. */
  reach: { along: number; across: number };
};

/** The rectangle of the least area around points; one of its sides lies on their hull (Freeman and Shapira, 1975). */
export function smallestRectangle(points: readonly Point[]): Rectangle {
  const hull = hullOf(points);
  const [only = [0, 0]] = hull;
  let best: Rectangle = {
    centre: only,
    along: [1, 0],
    across: [0, 1],
    reach: { along: 0, across: 0 },
  };
  let least = Number.POSITIVE_INFINITY;
  hull.forEach(([x, y], index) => {
    const [nextX, nextY] = hull[(index + 1) % hull.length] ?? [x, y];
    const length = Math.hypot(nextX - x, nextY - y);
    if (length === 0) return;
    const along: Point = [(nextX - x) / length, (nextY - y) / length];
    const candidate = rectangleAt(hull, along);
    const area = candidate.reach.along * candidate.reach.across;
    if (area < least) [best, least] = [candidate, area];
  });
  return best;
}

function rectangleAt(hull: readonly Point[], along: Point): Rectangle {
  const across: Point = [-along[1], along[0]];
  const spans = [along, across].map(([unitX, unitY]) => {
    const places = hull.map(([x, y]) => x * unitX + y * unitY);
    return { from: Math.min(...places), to: Math.max(...places) };
  });
  const [first = { from: 0, to: 0 }, second = { from: 0, to: 0 }] = spans;
  const [u, v] = [(first.from + first.to) / 2, (second.from + second.to) / 2];
  return {
    centre: [u * along[0] + v * across[0], u * along[1] + v * across[1]],
    along,
    across,
    reach: { along: (first.to - first.from) / 2, across: (second.to - second.from) / 2 },
  };
}

/** Clockwise on the screen, from the corner that is nearest to the picture's left upper one. */
export function cornersOf({ centre, along, across, reach }: Rectangle): Quadrilateral {
  const corner = (u: number, v: number): Point => [
    centre[0] + along[0] * reach.along * u + across[0] * reach.across * v,
    centre[1] + along[1] * reach.along * u + across[1] * reach.across * v,
  ];
  const corners = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)] as const;
  const sums = corners.map(([x, y]) => x + y);
  return turned(corners, sums.indexOf(Math.min(...sums)));
}

/** The same corners, beginning at another. */
export function turned(corners: Quadrilateral, first: number): Quadrilateral {
  const at = (index: number): Point => corners[(first + index) % 4] ?? corners[0];
  return [at(0), at(1), at(2), at(3)];
}

/** A. M. Andrew's monotone chain (1979); clockwise on the screen. */
function hullOf(points: readonly Point[]): readonly Point[] {
  const sorted = points.toSorted(([x0, y0], [x1, y1]) => x0 - x1 || y0 - y1);
  const chain = (ordered: readonly Point[]) => {
    const kept: Point[] = [];
    for (const point of ordered) {
      while (kept.length > 1 && !turnsRight(kept.at(-2), kept.at(-1), point)) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return sorted.length < 2 ? sorted : [...chain(sorted), ...chain(sorted.toReversed())];
}

const turnsRight = ([x0, y0]: Point = [0, 0], [x1, y1]: Point = [0, 0], [x2, y2]: Point) =>
  (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0) > 0;
