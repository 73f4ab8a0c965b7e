import { usePick, useWords } from '#web/i18n.ts';
import type { CalendarDay } from './views.ts';
import { words } from './words.ts';

type MonthTableProps = {
  year: number;
  /** From 1. */
  month: number;
  listed: ReadonlyMap<string, CalendarDay>;
  today: string;
};

const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
const weekLength = weekdays.length;
const friday = 4;

/** A month as weeks from Monday; days that differ from the plain week stand out and say why. */
export function MonthTable({ year, month, listed, today }: MonthTableProps) {
  const say = useWords(words);
  const pick = usePick();
  const name = say('month', { month });
  return (
    <section className="section month">
      <h2>{name}</h2>
      <table aria-label={`${year} ${name}`}>
        <thead>
          <tr>
            {weekdays.map((weekday) => (
              <th key={weekday} scope="col">
                {say(weekday)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(year, month).map((week) => (
            <tr key={week.find((day) => day !== null)}>
              {week.map((day, weekday) => {
                const special = day === null ? undefined : listed.get(day);
                const key = weekdays[weekday] ?? 'monday';
                if (day === null) return <td key={key} />;
                return (
                  <td
                    key={key}
                    data-off={weekday > friday || undefined}
                    data-kind={special?.kind}
                    data-today={day === today || undefined}
                    title={
                      special === undefined
                        ? undefined
                        : `${say(special.kind)} ${pick(special.title)}`
                    }
                  >
                    {Number(day.slice(-2))}
                    {special !== undefined && <span className="unseen">{say(special.kind)}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The weeks of a month, each of seven days as `2026-11-23`; null outside of the month. Pure. */
function weeksOf(year: number, month: number): (string | null)[][] {
  const first = new Date(Date.UTC(year, month - 1, 1));
  const before = (first.getUTCDay() + weekLength - 1) % weekLength;
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const cells = Array.from({ length: before + length }, (_, place) =>
    place < before
      ? null
      : new Date(Date.UTC(year, month - 1, place - before + 1)).toISOString().slice(0, 10),
  );
  const weeks: (string | null)[][] = [];
  for (let start = 0; start < cells.length; start += weekLength) {
    const week = cells.slice(start, start + weekLength);
    while (week.length < weekLength) week.push(null);
    weeks.push(week);
  }
  return weeks;
}
