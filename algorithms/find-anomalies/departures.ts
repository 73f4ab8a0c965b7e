import { createRunningMedian } from './running-median.ts';

/** Of a normal distribution: one deviation is so many median (Hampel 1974) and mean absolute deviations. */
const BY_MEDIAN = 1.4826;
const BY_MEAN = Math.sqrt(Math.PI / 2);

/**
 * How far each value is from the median of those around it, `reach` on each side, in deviations of the whole column:
 * the robust z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993) against a running median. What is no
 * number, or a column that never departs, is 0.
 */
export function departures(values: Float64Array, reach: number): Float64Array {
  const window = createRunningMedian();
  const distances = new Float64Array(values.length);
  const at = (place: number) => values[place] ?? Number.NaN;
  for (let place = 0; place < Math.min(reach, values.length); place += 1) window.add(at(place));
  for (let place = 0; place < values.length; place += 1) {
    window.add(at(place + reach));
    window.remove(at(place - reach - 1));
    distances[place] = Math.abs(at(place) - window.median());
  }
  const known = distances.filter((distance) => !Number.isNaN(distance));
  const scale = scaleOf(known);
  return distances.map((distance) =>
    scale === 0 || Number.isNaN(distance) ? 0 : distance / scale,
  );
}

/** Where more than half of the values are level, the median says nothing, and the mean has to do. */
function scaleOf(distances: Float64Array): number {
  if (distances.length === 0) return 0;
  const sorted = Float64Array.from(distances).sort();
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (middle > 0) return middle * BY_MEDIAN;
  return (sorted.reduce((sum, distance) => sum + distance, 0) / sorted.length) * BY_MEAN;
}
