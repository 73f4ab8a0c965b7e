type Point = { score: number; flag: 0 | 1 };

const field = { width: 960, height: 260, left: 64, right: 16, top: 16, bottom: 32 };
const dotsMax = 500;

/**
 * Where scores lie in a field: rows to the right, scores upwards between the lowest and the highest, the threshold among them.
 * Of rows that share a unit of width the line goes through the lowest and the highest, so that no peak is lost. Pure.
 */
export function scoreCourse(points: readonly Point[], threshold: number) {
  const wide = field.width - field.left - field.right;
  const high = points.reduce((most, { score }) => Math.max(most, score), threshold);
  const low = points.reduce((least, { score }) => Math.min(least, score), threshold);
  const range = high - low || 1;
  const x = (place: number) => field.left + (place / Math.max(points.length - 1, 1)) * wide;
  const y = (value: number) =>
    field.top + (1 - (value - low) / range) * (field.height - field.top - field.bottom);
  const spans = new Map<number, { low: number; high: number }>();
  for (const [place, { score }] of points.entries()) {
    const at = Math.round(x(place));
    const span = spans.get(at) ?? { low: score, high: score };
    spans.set(at, { low: Math.min(span.low, score), high: Math.max(span.high, score) });
  }
  const line = [...spans]
    .map(([at, span], place) => {
      const from = `${place === 0 ? 'M' : 'L'}${at} ${y(span.low).toFixed(1)}`;
      return span.low === span.high ? from : `${from}V${y(span.high).toFixed(1)}`;
    })
    .join('');
  const dots = points.flatMap(({ score, flag }, place) => (flag === 1 ? [{ place, score }] : []));
  return { field, line, dots: dots.slice(0, dotsMax), low, high, x, y };
}
