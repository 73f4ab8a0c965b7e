import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '#web/api.ts';
import { districtNames } from '#web/home/district-names.ts';
import { type Say, usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import './city.css';
import { EvidenceChart } from './evidence-chart.tsx';
import { EvidenceTable } from './evidence-table.tsx';
import { IncidentActions } from './incident-actions.tsx';
import { IncidentCommands } from './incident-commands.tsx';
import { SeverityTag } from './severity-tag.tsx';
import { type IncidentDetail, incidentMarks } from './views.ts';
import { words } from './words.ts';

/** One incident: what was seen, who did what, and what can be done next. */
export function IncidentPage() {
  const api = useApi();
  const incidentId = useParameter('incidentId');
  const query = useQuery(api.city.getIncident.queryOptions({ input: { incidentId } }));
  const topic = query.data === undefined ? undefined : `city.incident/${incidentId}`;
  useLive(topic, api.city.getIncident.key());
  return <LoadedPage query={query}>{(found) => <Found incident={found} />}</LoadedPage>;
}

function whyOf({ state, assignee, names }: IncidentDetail, say: Say<typeof words.pairs>): string {
  if (state !== 'assigned') return say(`${state}Why`);
  return say('assignedWhy', { name: names[assignee ?? ''] ?? assignee ?? '' });
}

function Found({ incident }: { incident: IncidentDetail }) {
  const say = useWords(words);
  const pick = usePick();
  return (
    <>
      <PageHead
        name={`${pick(incident.ruleTitle)} · ${incident.thingName}`}
        parent={{ name: say('incidents'), href: '/city' }}
        state={
          <>
            <StateTag state={incidentMarks[incident.state]} label={say(incident.state)} />
            <SeverityTag severity={incident.severity} />
          </>
        }
        note={incident.replayed && <Note kind="replayed" />}
        why={whyOf(incident, say)}
      />
      <IncidentActions incident={incident} />
      <PageBody
        side={
          <>
            <Timeline incident={incident} />
            <FactsOf subjectType="city.incident" subject={incident.incidentId} />
          </>
        }
      >
        <Section title={say('evidence')}>
          <p className="quiet">{say('evidenceWhy')}</p>
          <EvidenceChart evidence={incident.evidence} />
          <EvidenceTable evidence={incident.evidence} />
        </Section>
        <IncidentCommands incident={incident} />
        <About incident={incident} />
      </PageBody>
    </>
  );
}

function About({ incident }: { incident: IncidentDetail }) {
  const say = useWords(words);
  const pick = usePick();
  const { district, assignee, outcome, caseId, deploymentId } = incident;
  const rows: [string, ReactNode][] = [
    [
      say('rule'),
      <To key="rule" href={`/city/rules/${incident.ruleId}`}>
        {pick(incident.ruleTitle)}
      </To>,
    ],
    [
      say('thing'),
      <To key="thing" href={`/city/things/${incident.thingId}`}>
        {incident.thingName}
      </To>,
    ],
    [say('district'), district === null ? '–' : pick(districtNames[district] ?? same(district))],
    [say('owner'), <PartyName key="owner" id={incident.ownerId} />],
    [
      say('assignee'),
      assignee === null ? say('nobody') : <PartyName key="assignee" id={assignee} />,
    ],
    [say('outcome'), outcome === null ? '–' : say(outcome)],
    [say('readings'), incident.readings],
    [say('observedAt'), <When key="first" at={incident.firstObservedAt} />],
    [say('lastObservedAt'), <When key="last" at={incident.lastObservedAt} />],
    [say('openedAt'), <When key="opened" at={incident.openedAt} />],
    [say('latency'), say('milliseconds', { value: incident.latencyMs })],
  ];
  if (deploymentId !== null) {
    rows.push([
      say('deployment'),
      <To key="deployment" href={`/serving/deployments/${deploymentId}`}>
        {deploymentId}
      </To>,
    ]);
  }
  if (caseId !== null) {
    rows.push([
      say('case'),
      <To key="case" href={`/cases/${caseId}`}>
        {say('openCase')}
      </To>,
    ]);
  }
  return (
    <Section title={say('incident')}>
      <Properties rows={rows} />
    </Section>
  );
}

const same = (text: string) => ({ zh: text, en: text });

function Timeline({ incident: { timeline, names } }: { incident: IncidentDetail }) {
  const say = useWords(words);
  return (
    <Section title={say('timeline')}>
      <ol className="incident-timeline">
        {timeline.toReversed().map(({ at, actor, kind, text }) => (
          <li key={`${at} ${kind} ${text}`}>
            <p>
              <strong>{say(kind)}</strong>
              {text !== null && <span> {kind === 'assigned' ? (names[text] ?? text) : text}</span>}
            </p>
            <p className="side-note">
              <When at={at} />
              <PartyName id={actor} />
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}
