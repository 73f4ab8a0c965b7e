import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { ErrorState } from '#web/ui/states.tsx';
import type { CalendarDay } from './views.ts';
import { words } from './words.ts';

type CalendarFormProps = {
  year: number;
  version: number;
  days: readonly CalendarDay[];
  onEnd: () => void;
};

/** A day with a key of its own while it is edited. */
type Row = CalendarDay & { key: number };

/** Edits which days of a year differ from the plain week. */
export function CalendarForm({ year, version, days, onEnd }: CalendarFormProps) {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const [rows, setRows] = useState<readonly Row[]>(() => days.map((day, key) => ({ ...day, key })));
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const update = useMutation(api.cases.updateCalendar.mutationOptions());
  const change = (key: number, changed: Partial<CalendarDay>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...changed } : row)));
  const fits = ({ key, day }: Row) =>
    day.startsWith(`${year}-`) && !rows.some((other) => other.day === day && other.key !== key);
  const add = () => {
    const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
    setRows([...rows, { key, day: '', kind: 'holiday', title: { zh: '', en: '' }, source: '' }]);
  };
  const save = async () => {
    setTried(true);
    if (!rows.every(fits)) return;
    setProblem(null);
    try {
      const sorted = [...rows].sort((one, other) => one.day.localeCompare(other.day));
      await update.mutateAsync({
        year: String(year),
        version,
        days: sorted.map(({ key: _, ...day }) => day),
      });
      await queries.invalidateQueries({ queryKey: api.cases.getCalendar.key() });
      announce(say('calendarSaved'));
      onEnd();
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return (
    <Section
      title={`${say('daysListed')} · ${year}`}
      action={
        <Button icon="plus" onClick={add}>
          {say('addDay')}
        </Button>
      }
    >
      <ul className="day-rows">
        {rows.map((row) => (
          <li key={row.key}>
            <PlainText
              name={`day ${row.key}`}
              label={say('day')}
              type="date"
              value={row.day}
              onChange={(day) => change(row.key, { day })}
              problem={fits(row) ? undefined : say('dayWrong', { year: String(year) })}
              all={tried}
            />
            <PlainChoice
              name={`kind ${row.key}`}
              label={say('kind')}
              value={row.kind}
              onChange={(kind) =>
                change(row.key, { kind: kind === 'working' ? 'working' : 'holiday' })
              }
              options={[
                { value: 'holiday', label: say('holiday') },
                { value: 'working', label: say('working') },
              ]}
            />
            <PlainText
              name={`zh ${row.key}`}
              label={say('titleZh')}
              value={row.title.zh}
              charactersMax={80}
              onChange={(zh) => change(row.key, { title: { ...row.title, zh } })}
            />
            <PlainText
              name={`en ${row.key}`}
              label={say('titleEn')}
              value={row.title.en}
              charactersMax={80}
              onChange={(en) => change(row.key, { title: { ...row.title, en } })}
            />
            <PlainText
              name={`source ${row.key}`}
              label={say('source')}
              value={row.source}
              charactersMax={300}
              onChange={(source) => change(row.key, { source })}
            />
            <Button
              kind="quiet"
              onClick={() => setRows(rows.filter((other) => other.key !== row.key))}
            >
              {say('removeDay')}
            </Button>
          </li>
        ))}
      </ul>
      <div className="row">
        <Button kind="main" busy={update.isPending} onClick={() => void save()}>
          {say('saveCalendar')}
        </Button>
        <Button onClick={onEnd}>{say('cancel')}</Button>
      </div>
      {problem !== null && <ErrorState problem={problem} />}
    </Section>
  );
}
