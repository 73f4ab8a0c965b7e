import type { ReactNode } from 'react';
import { formatInstant, formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Icon } from './icon.tsx';
import './number-tile.css';
import { Sparkline } from './sparkline.tsx';
import { To } from './to.tsx';
import { words } from './words.ts';

type NumberTileProps = {
  label: string;
  /** A number is formatted; a string is shown as it is. */
  value: number | string;
  unit: string;
  /** When it was true. */
  at: string;
  /** Where it is shown why it is true. */
  href: string;
  /** `change` with its sign, against `base`: `+12`, `上周`. */
  change?: { change: string; base: string };
  course?: readonly number[];
  /** What is simulated, injected or replayed says so here, with a Note. */
  note?: ReactNode;
};

/** A number with its unit, its change, its time, its course; a click shows why. */
export function NumberTile(props: NumberTileProps) {
  const say = useWords(words);
  const { label, value, unit, at, href, change, course, note } = props;
  return (
    <To className="number-tile" href={href}>
      <span className="number-label">
        {label}
        {note}
      </span>
      <span className="number-value figures">
        {typeof value === 'number' ? formatNumber(value) : value}
        <span className="number-unit">{unit}</span>
      </span>
      {change !== undefined && <span className="number-change">{say('against', change)}</span>}
      {course !== undefined && <Sparkline values={course} />}
      <span className="number-foot">
        <time dateTime={at}>{say('asOf', { at: formatInstant(at) })}</time>
        <span className="number-why">
          {say('why')}
          <Icon name="next" />
        </span>
      </span>
    </To>
  );
}
