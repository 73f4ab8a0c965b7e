import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { field, lineThrough, scaleOf } from './chart-scale.ts';
import { figureText, type IndicatorDetail } from './figures.ts';
import './observatory.css';
import { words } from './words.ts';

/** Published values by year against the path to the target. All of it is read out as one sentence. */
export function TargetChart({ indicator }: { indicator: IndicatorDetail }) {
  const say = useWords(words);
  const pick = usePick();
  const { target, path, values, title } = indicator;
  const measured = values.map(({ period, value }) => ({ x: Number(period), y: value }));
  const asked = path.map(({ year, value }) => ({ x: year, y: value }));
  const goal = target === null ? [] : [{ x: target.year, y: target.value }];
  const points = [...measured, ...asked, ...goal];
  if (points.length === 0) return null;
  const scale = scaleOf(points);
  const years = [...new Set(points.map(({ x }) => x))].sort((left, right) => left - right);
  const list = (each: readonly { x: number; y: number }[]) =>
    each.map(({ x, y }) => `${x} ${figureText(y, indicator)}`).join(', ') || say('none');
  const label = say('chartSays', {
    name: pick(title),
    values: ` ${list(measured)}`,
    path: ` ${list(asked.length > 0 ? asked : goal)}`,
  });
  const right = field.width - field.right;
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${field.width} ${field.height}`} role="img" aria-label={label}>
        {[scale.bottom, (scale.bottom + scale.top) / 2, scale.top].map((at) => (
          <g key={at}>
            <path className="chart-grid" d={`M${field.left} ${scale.y(at)}H${right}`} />
            <text className="chart-value" x={field.left - 8} y={scale.y(at) + 4}>
              {formatNumber(at, 3)}
            </text>
          </g>
        ))}
        {years.map((year) => (
          <text key={year} className="chart-year" x={scale.x(year)} y={field.height - 8}>
            {year}
          </text>
        ))}
        <path className="chart-path" d={lineThrough(asked, scale)} />
        {goal.map(({ x, y }) => (
          <g key={x}>
            <path className="chart-goal" d={diamond(scale.x(x), scale.y(y))} />
            <text className="chart-label" x={scale.x(x) + 12} y={scale.y(y) + 4}>
              {say('target')}
            </text>
          </g>
        ))}
        <path className="chart-line" d={lineThrough(measured, scale)} />
        {measured.map(({ x, y }) => (
          <circle key={x} className="chart-dot" cx={scale.x(x)} cy={scale.y(y)} r="4" />
        ))}
      </svg>
      <figcaption>
        <span className="chart-key chart-key-line">{say('measured')}</span>
        {asked.length > 0 && <span className="chart-key chart-key-path">{say('path')}</span>}
      </figcaption>
    </figure>
  );
}

const diamond = (x: number, y: number) => `M${x} ${y - 6}l6 6-6 6-6-6z`;
