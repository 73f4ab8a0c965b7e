import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import './sparkline.css';
import { words } from './words.ts';

const width = 100;
const height = 24;
const inset = 2;

/** The path of a spark line on a field of 100 × 24; the least value lies at the bottom. */
export function sparkPath(values: readonly number[]): string {
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  const step = width / Math.max(values.length - 1, 1);
  return values
    .map((value, place) => {
      const y = height - inset - ((value - low) / range) * (height - 2 * inset);
      return `${place === 0 ? 'M' : 'L'}${(place * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

/** The course of a number; its two ends are read out. Nothing with fewer than two values. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const say = useWords(words);
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined || values.length < 2) return null;
  const label = say('trend', { from: formatNumber(first), to: formatNumber(last) });
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path d={sparkPath(values)} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
