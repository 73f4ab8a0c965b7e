import { formatInstant, formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import './city.css';
import { chart, type Series, seriesOf } from './evidence-scale.ts';
import type { IncidentDetail } from './views.ts';
import { words } from './words.ts';

/** The readings that an incident rests on: a field for each column, filled dots where they fitted. */
export function EvidenceChart({ evidence }: { evidence: IncidentDetail['evidence'] }) {
  const say = useWords(words);
  const series = seriesOf(evidence);
  if (series.length === 0) return <p className="quiet">{say('evidenceNone')}</p>;
  return (
    <div className="evidence">
      {series.map((each) => (
        <Field key={each.name} series={each} />
      ))}
    </div>
  );
}

function Field({ series: { name, points, low, high } }: { series: Series }) {
  const say = useWords(words);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const matched = points.filter((point) => point.matched).length;
  const span = { from: toTheSecond(first.at), until: toTheSecond(last.at) };
  const label = say('evidenceSays', { name, ...span, count: points.length, matched });
  const of = (value: number) => points.find((point) => point.value === value)?.y ?? 0;
  const line = points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
  return (
    <figure className="evidence-field">
      <figcaption>{name}</figcaption>
      <svg viewBox={`0 0 ${chart.width} ${chart.height}`} role="img" aria-label={label}>
        {[...new Set([low, high])].map((value) => (
          <g key={value}>
            <path
              className="evidence-grid"
              d={`M${chart.left} ${of(value)}H${chart.width - chart.right}`}
            />
            <text className="evidence-value" x={chart.left - 8} y={of(value) + 4}>
              {formatNumber(value, 2)}
            </text>
          </g>
        ))}
        <path className="evidence-line" d={`M${line}`} />
        {points.map(({ x, y, at, value, matched: fits }) => (
          <circle key={at} cx={x} cy={y} r={fits ? 5 : 3} data-matched={fits || undefined}>
            <title>{`${toTheSecond(at)} ${formatNumber(value, 2)}`}</title>
          </circle>
        ))}
        <text className="evidence-time" x={chart.left} y={chart.height - 8}>
          {span.from}
        </text>
        <text className="evidence-time" data-end x={chart.width - chart.right} y={chart.height - 8}>
          {span.until}
        </text>
      </svg>
    </figure>
  );
}

/** Readings come closer together than a minute. */
const toTheSecond = (at: string): string => `${formatInstant(at)}:${at.slice(17, 19)}`;
