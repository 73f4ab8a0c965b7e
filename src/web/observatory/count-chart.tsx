import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { field, scaleOf } from './chart-scale.ts';
import { figureText, type IndicatorDetail } from './figures.ts';
import './observatory.css';
import { words } from './words.ts';

const barsMax = 12;

/** What was counted, period by period; open ones are drawn hollow. */
export function CountChart({ indicator }: { indicator: IndicatorDetail }) {
  const say = useWords(words);
  const pick = usePick();
  const values = indicator.values.slice(-barsMax);
  if (values.length === 0) return null;
  const shown = (value: number) => (indicator.format === 'money_minor' ? value / 100 : value);
  const scale = scaleOf(values.map(({ value }, place) => ({ x: place, y: shown(value) })));
  const width = Math.min(32, (field.width - field.left - field.right) / values.length / 2);
  const label = say('byPeriodSays', {
    name: pick(indicator.title),
    values: values
      .map(({ period, value }) => `${period} ${figureText(value, indicator)}`)
      .join(', '),
  });
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${field.width} ${field.height}`} role="img" aria-label={label}>
        {[0, scale.top / 2, scale.top].map((at) => (
          <g key={at}>
            <path
              className="chart-grid"
              d={`M${field.left} ${scale.y(at)}H${field.width - field.right}`}
            />
            <text className="chart-value" x={field.left - 8} y={scale.y(at) + 4}>
              {formatNumber(at, 2)}
            </text>
          </g>
        ))}
        {values.map(({ period, value, final }, place) => (
          <g key={period}>
            <rect
              className="chart-bar"
              data-open={!final || undefined}
              x={scale.x(place) - width / 2}
              y={scale.y(shown(value))}
              width={width}
              height={scale.y(0) - scale.y(shown(value))}
            />
            <text className="chart-year" x={scale.x(place)} y={field.height - 8}>
              {values.length > 6 ? period.slice(2) : period}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
}
