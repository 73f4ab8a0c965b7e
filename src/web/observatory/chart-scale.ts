/** A point of a chart: a year or the place of a period, and its value. */
export type Point = { readonly x: number; readonly y: number };

/** The field of a chart in its own units, and the room around the drawing in it. */
export const field = { width: 480, height: 200, left: 72, right: 56, top: 16, bottom: 28 };

/** A round number at or above a value, of 1, 2, 2.5 or 5 times a power of ten. Pure. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * (1 - 1e-12)) ?? 10;
  return step * power;
}

/**
 * Where points lie in the field. The value axis begins at 0, or at a round number below it where a
 * value is negative. Pure.
 */
export function scaleOf(points: readonly Point[]) {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const top = roundUp(Math.max(0, ...ys));
  const bottom = Math.min(0, ...ys) < 0 ? -roundUp(-Math.min(...ys)) : 0;
  const { width, height } = field;
  const wide = width - field.left - field.right;
  const high = height - field.top - field.bottom;
  return {
    top,
    bottom,
    x: (x: number) =>
      field.left + (last === first ? wide / 2 : ((x - first) / (last - first)) * wide),
    y: (y: number) => field.top + (1 - (y - bottom) / (top - bottom)) * high,
  };
}

/** The line through points, as the path of an SVG. Pure. */
export function lineThrough(points: readonly Point[], scale: ReturnType<typeof scaleOf>): string {
  return points
    .map(({ x, y }, place) => {
      const at = `${scale.x(x).toFixed(1)} ${scale.y(y).toFixed(1)}`;
      return `${place === 0 ? 'M' : 'L'}${at}`;
    })
    .join('');
}
