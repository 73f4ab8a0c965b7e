import type { ReactNode } from 'react';
import { useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { PartyName } from '#web/parties/party-name.tsx';
import { Properties, Section } from '#web/ui/page-body.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import type { CallView } from './views.ts';
import { words } from './words.ts';

/** Beside a call: the award, the timetable, own teams, its cases, its facts. */
export function CallSide({ call }: { call: CallView }) {
  return (
    <>
      <Award call={call} />
      <OwnTeams call={call} />
      <Timetable call={call} />
      <FactsOf subjectType="scenarios.call" subject={call.callId} />
    </>
  );
}

function Award({ call }: { call: CallView }) {
  const say = useWords(words);
  const { award } = call;
  if (award === null) return null;
  return (
    <section className="section award">
      <h2>{say('winner')}</h2>
      <p className="award-team">{award.teamName}</p>
      <p className="quiet">
        <When at={award.awardedAt} />
      </p>
      {award.certificateId === null ? (
        <p className="quiet">{say('certificateSoon')}</p>
      ) : (
        <p>
          <To href={`/certificates/${award.certificateId}`}>{say('certificate')}</To>
        </p>
      )}
    </section>
  );
}

function OwnTeams({ call }: { call: CallView }) {
  const say = useWords(words);
  if (call.mine.length === 0) return null;
  return (
    <Section title={say('ownTeam')}>
      <ul className="side-list">
        {call.mine.map((team) => (
          <li key={team.teamId}>
            <span>{team.name}</span>
            {call.state === 'open' && (
              <span className="side-note">{say('leftToday', { count: team.leftToday })}</span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Timetable({ call }: { call: CallView }) {
  const say = useWords(words);
  const { openedAt, opensAt, closedAt, closesAt, notice, stepDueAt } = call;
  const opening = openedAt ?? opensAt;
  const closing = closedAt ?? closesAt;
  const rows: (readonly [string, ReactNode])[] = [
    [say('people'), <PartyName key="owner" id={call.ownerId} />],
  ];
  if (opening !== null) {
    rows.push([say(openedAt ? 'opened' : 'opens'), <When key="opens" at={opening} />]);
  }
  if (closing !== null) {
    rows.push([say(closedAt ? 'closed_at' : 'closes'), <When key="closes" at={closing} />]);
  }
  if (notice !== null) {
    const period =
      'seconds' in notice
        ? say('seconds', { count: notice.seconds })
        : say('workingDays', { count: notice.workingDays });
    rows.push([say('noticePeriod'), period]);
  }
  if (stepDueAt !== null) rows.push([say('stepDue'), <When key="due" at={stepDueAt} />]);
  if (call.publishCaseId !== null) {
    rows.push([say('approval'), <CaseLink key="publish" id={call.publishCaseId} />]);
  }
  if (call.awardCaseId !== null) {
    rows.push([say('awardCase'), <CaseLink key="award" id={call.awardCaseId} />]);
  }
  return (
    <Section title={say('timetable')}>
      <Properties rows={rows} />
    </Section>
  );
}

function CaseLink({ id }: { id: string }) {
  const say = useWords(words);
  return <To href={`/cases/${id}`}>{say('openCase')}</To>;
}
