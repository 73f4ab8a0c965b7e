import { thingWords } from '#web/city/thing-words.ts';
import { formatInstant, formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { courseOf, field } from './chart-scale.ts';
import type { Datastream, Observation } from './views.ts';
import './things.css';

/** The course of the latest numbers of a datastream, with its unit on the axis. */
export function ThingChart({
  datastream: { name, unit },
  observations,
}: {
  datastream: Datastream;
  observations: readonly Observation[];
}) {
  const say = useWords(thingWords);
  const course = courseOf(observations);
  const [first, last] = [course?.points[0], course?.points.at(-1)];
  if (!course || !first || !last) return <p className="things-quiet">{say('chartNone')}</p>;
  const span = { from: formatInstant(first.at), until: formatInstant(last.at) };
  const line = course.points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
  const ends = course.low.y === course.high.y ? [course.low] : [course.low, course.high];
  return (
    <figure className="things-chart">
      <figcaption>
        {name}
        {unit.symbol !== null && unit.symbol !== '' && ` (${unit.symbol})`}
      </figcaption>
      <svg
        viewBox={`0 0 ${field.width} ${field.height}`}
        role="img"
        aria-label={say('chartSays', { name, ...span, count: course.points.length })}
      >
        {ends.map(({ value, y }) => (
          <g key={value}>
            <path className="things-grid" d={`M${field.left} ${y}H${field.width - field.right}`} />
            <text className="things-value" x={field.left - 8} y={y + 4}>
              {formatNumber(value, 2)}
            </text>
          </g>
        ))}
        <path className="things-line" d={`M${line}`} />
        <circle className="things-last" cx={last.x} cy={last.y} r="4" />
        <text className="things-time" x={field.left} y={field.height - 8}>
          {span.from}
        </text>
        <text className="things-time" data-end x={field.width - field.right} y={field.height - 8}>
          {span.until}
        </text>
      </svg>
    </figure>
  );
}
