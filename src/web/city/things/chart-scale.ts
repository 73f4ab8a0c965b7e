import type { Observation } from './views.ts';

export const field = { width: 640, height: 200, left: 64, right: 16, top: 16, bottom: 32 } as const;

export type Point = { x: number; y: number; at: string; value: number };

export type Course = {
  points: readonly Point[];
  low: { value: number; y: number };
  high: { value: number; y: number };
};

/**
 * Places observations on the field: time to the right by the phenomenon time, values upwards with a margin. What
 * is no number is left out; null where nothing is left. Pure.
 */
export function courseOf(
  observations: readonly Pick<Observation, 'phenomenonTime' | 'result'>[],
): Course | null {
  const found = observations
    .flatMap(({ phenomenonTime: at, result }) =>
      typeof result === 'number' ? [{ at, value: result, time: Date.parse(at) }] : [],
    )
    .sort((one, other) => one.time - other.time);
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return null;
  const low = Math.min(...found.map(({ value }) => value));
  const high = Math.max(...found.map(({ value }) => value));
  const margin = (high - low) * 0.1 || 1;
  const x = (time: number) => {
    const share = last.time === first.time ? 0.5 : (time - first.time) / (last.time - first.time);
    return field.left + share * (field.width - field.left - field.right);
  };
  const y = (value: number) => {
    const share = (value - low + margin) / (high - low + 2 * margin);
    return field.height - field.bottom - share * (field.height - field.top - field.bottom);
  };
  const points = found.map(({ at, value, time }) => ({ at, value, x: x(time), y: y(value) }));
  return { points, low: { value: low, y: y(low) }, high: { value: high, y: y(high) } };
}
