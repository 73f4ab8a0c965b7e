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

const middle = 8;
const [endTop, endBottom] = [4, 12];
const dotRadius = 4;

/** A score as a dot with its interval as a line, on an axis that all rows share. */
export function IntervalLine({ score, interval, scale, digits, quiet }: IntervalLineProps) {
  const say = useWords(words);
  const at = (value: number) => `${(placeOn(scale, value) * 100).toFixed(2)}%`;
  const label =
    interval === null
      ? score.toFixed(digits)
      : say('intervalOf', {
          low: interval.low.toFixed(digits),
          high: interval.high.toFixed(digits),
        });
  return (
    <svg className="interval-line" data-quiet={quiet || undefined} role="img" aria-label={label}>
      <title>{label}</title>
      <line className="interval-axis" x1="0" x2="100%" y1={middle} y2={middle} />
      {interval !== null && (
        <g className="interval-span">
          <line x1={at(interval.low)} x2={at(interval.high)} y1={middle} y2={middle} />
          {[interval.low, interval.high].map((end, place) => (
            <line
              key={place === 0 ? 'low' : 'high'}
              x1={at(end)}
              x2={at(end)}
              y1={endTop}
              y2={endBottom}
            />
          ))}
        </g>
      )}
      <circle cx={at(score)} cy={middle} r={dotRadius} />
    </svg>
  );
}
