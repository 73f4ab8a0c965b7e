import type { IncidentDetail } from './views.ts';

type Evidence = IncidentDetail['evidence'];

/** One series of the evidence: a column that has numbers. */
export type Series = {
  name: string;
  points: readonly { x: number; y: number; at: string; value: number; matched: boolean }[];
  low: number;
  high: number;
};

export const chart = { width: 640, height: 150, left: 56, right: 16, top: 12, bottom: 28 } as const;

/**
 * Places the readings of each numeric column on a field of its own: time goes to the right, by the phenomenon time,
 * and values upwards between the lowest and the highest, with a margin. Pure.
 */
export function seriesOf(evidence: Evidence): Series[] {
  const names = [...new Set(evidence.flatMap(({ values }) => Object.keys(values)))];
  const times = evidence.map(({ at }) => Date.parse(at));
  const [from, until] = [Math.min(...times), Math.max(...times)];
  return names.flatMap((name) => {
    const found = evidence.flatMap(({ at, values, matched }) => {
      const value = values[name];
      return typeof value === 'number' ? [{ at, value, matched }] : [];
    });
    if (found.length === 0) return [];
    const low = Math.min(...found.map(({ value }) => value));
    const high = Math.max(...found.map(({ value }) => value));
    const margin = (high - low) * 0.1 || 1;
    const x = (at: string) => {
      const share = until === from ? 0.5 : (Date.parse(at) - from) / (until - from);
      return chart.left + share * (chart.width - chart.left - chart.right);
    };
    const y = (value: number) => {
      const share = (value - low + margin) / (high - low + 2 * margin);
      return chart.height - chart.bottom - share * (chart.height - chart.top - chart.bottom);
    };
    const points = found.map((each) => ({ ...each, x: x(each.at), y: y(each.value) }));
    return [{ name, points, low, high }];
  });
}
