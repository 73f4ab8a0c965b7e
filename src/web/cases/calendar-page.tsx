import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { useSession } from '#web/session/use-session.ts';
import { Button } from '#web/ui/button.tsx';
import '#web/ui/data-list.css';
import { Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { CalendarForm } from './calendar-form.tsx';
import './cases.css';
import { MonthTable } from './month-table.tsx';
import { ScopeTabs } from './scope-tabs.tsx';
import type { CalendarDay } from './views.ts';
import { words } from './words.ts';
import { dayIn } from './working-days-left.ts';

const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

/** The working calendar of a year; the operator edits which days differ. */
export function CalendarPage() {
  const api = useApi();
  const say = useWords(words);
  const { account } = useSession();
  const today = dayIn(Date.now());
  const [asked, setAsked] = useQueryParameter('year');
  const [editing, setEditing] = useState(false);
  const year = /^2[01]\d\d$/.test(asked) ? Number(asked) : Number(today.slice(0, 4));
  const query = useQuery(api.cases.getCalendar.queryOptions({ input: { year: String(year) } }));
  useLive('cases.calendar', api.cases.getCalendar.key());
  const mayEdit = account?.roles.includes('operator') === true;
  const go = (next: number) => {
    setEditing(false);
    setAsked(String(next));
  };
  return (
    <>
      <PageHead
        name={say('calendar')}
        parent={{ name: say('cases'), href: '/cases' }}
        why={say('calendarWhy')}
        main={
          mayEdit &&
          !editing && (
            <Button kind="main" icon="pencil" onClick={() => setEditing(true)}>
              {say('editCalendar')}
            </Button>
          )
        }
      />
      <ScopeTabs scope="calendar" />
      <div className="year-row">
        <Button icon="back" aria-label={String(year - 1)} onClick={() => go(year - 1)}>
          {year - 1}
        </Button>
        <strong className="figures">{year}</strong>
        <Button icon="next" aria-label={String(year + 1)} onClick={() => go(year + 1)}>
          {year + 1}
        </Button>
      </div>
      <Loaded query={query} lines={8}>
        {({ days, version }) =>
          editing ? (
            <CalendarForm
              key={`${year} ${version}`}
              year={year}
              version={version}
              days={days}
              onEnd={() => setEditing(false)}
            />
          ) : (
            <Year year={year} days={days} today={today} />
          )
        }
      </Loaded>
    </>
  );
}

type YearProps = { year: number; days: readonly CalendarDay[]; today: string };

function Year({ year, days, today }: YearProps) {
  const say = useWords(words);
  const pick = usePick();
  const listed = new Map(days.map((day) => [day.day, day]));
  return (
    <>
      <div className="months">
        {months.map((month) => (
          <MonthTable key={month} year={year} month={month} listed={listed} today={today} />
        ))}
      </div>
      <Section title={say('daysListed')}>
        {days.length === 0 && <p className="quiet">{say('noDays')}</p>}
        {days.length > 0 && (
          <div className="list-frame">
            <table className="list-table" aria-label={say('daysListed')}>
              <thead>
                <tr>
                  <th scope="col">{say('day')}</th>
                  <th scope="col">{say('kind')}</th>
                  <th scope="col">{say('dayTitle')}</th>
                  <th scope="col">{say('source')}</th>
                </tr>
              </thead>
              <tbody>
                {days.map(({ day, kind, title, source }) => (
                  <tr key={day}>
                    <th scope="row" className="figures">
                      {day}
                    </th>
                    <td data-label={say('kind')}>{say(kind)}</td>
                    <td data-label={say('dayTitle')}>{pick(title)}</td>
                    <td data-label={say('source')}>{source}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Section>
    </>
  );
}
