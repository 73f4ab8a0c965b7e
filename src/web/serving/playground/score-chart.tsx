import type { TaskOutputs } from '#contract/serving';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { playgroundWords } from './playground-words.ts';
import { scoreCourse } from './score-course.ts';

const namedMax = 20;

/** Scores from the first row to the last, the threshold, and a dot on each row that was flagged. */
export function ScoreChart({ scores }: { scores: TaskOutputs['anomaly-detection'] }) {
  const say = useWords(playgroundWords);
  const { points, threshold } = scores;
  if (points.length === 0) return null;
  const { field, line, dots, low, high, x, y } = scoreCourse(points, threshold);
  const rows = points.flatMap(({ flag }, place) => (flag === 1 ? [place + 1] : []));
  const named = rows.slice(0, namedMax).map((row) => formatNumber(row));
  const label = say('scoresSay', {
    rows: points.length,
    low: formatNumber(low),
    high: formatNumber(high),
    flagged:
      rows.length === 0 ? say('none') : `${named.join(', ')}${rows.length > namedMax ? '…' : ''}`,
  });
  const right = field.width - field.right;
  return (
    <figure className="play-chart">
      <svg viewBox={`0 0 ${field.width} ${field.height}`} role="img" aria-label={label}>
        {[low, high].map((value) => (
          <g key={value}>
            <path className="play-chart-grid" d={`M${field.left} ${y(value)}H${right}`} />
            <text className="play-chart-value" x={field.left - 8} y={y(value) + 4}>
              {formatNumber(value, 2)}
            </text>
          </g>
        ))}
        <path className="play-chart-limit" d={`M${field.left} ${y(threshold)}H${right}`} />
        <path className="play-chart-line" d={line} />
        {dots.map(({ place, score }) => (
          <circle key={place} cx={x(place)} cy={y(score)} r={5}>
            <title>{`${say('rowNumber')} ${place + 1}: ${formatNumber(score)}`}</title>
          </circle>
        ))}
        <text x={field.left} y={field.height - 8}>
          {say('rowNumber')} 1
        </text>
        <text className="play-chart-value" x={right} y={field.height - 8}>
          {formatNumber(points.length)}
        </text>
      </svg>
      <figcaption>
        <span className="play-key" data-of="wave">
          {say('scoreOfRow')}
        </span>
        <span className="play-key" data-of="sure">
          {say('thresholdLine')} {formatNumber(threshold)}
        </span>
        <span className="play-key" data-of="dot">
          {say('flaggedDot')}
        </span>
      </figcaption>
    </figure>
  );
}
