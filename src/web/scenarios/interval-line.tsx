import { useWords } from '#web/i18n.ts';
import { placeOn, type ScoreScale } from './score-scale.ts';
import { words } from './words.ts';

type IntervalLineProps = {
  score: number;
  interval: { low: number; high: number } | null;
  scale: ScoreScale;
  digits: number;
  /** For a baseline: drawn faint. */
  quiet?: boolean;
};

const width = 200;
const height = 16;
const inset = 4;

/** A score as a dot with its interval as a line, on an axis that all rows share. */
export function IntervalLine({ score, interval, scale, digits, quiet }: IntervalLineProps) {
  const say = useWords(words);
  const at = (value: number) => inset + placeOn(scale, value) * (width - 2 * inset);
  const middle = height / 2;
  const label =
    interval === null
      ? score.toFixed(digits)
      : say('intervalOf', {
          low: interval.low.toFixed(digits),
          high: interval.high.toFixed(digits),
        });
  return (
    <svg
      className="interval-line"
      data-quiet={quiet || undefined}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <path className="interval-axis" d={`M${inset} ${middle}H${width - inset}`} />
      {interval !== null && (
        <path
          className="interval-span"
          d={`M${at(interval.low)} 4v8M${at(interval.low)} ${middle}H${at(interval.high)}v-4v8`}
        />
      )}
      <circle cx={at(score)} cy={middle} r={quiet ? 3 : 4} />
    </svg>
  );
}
