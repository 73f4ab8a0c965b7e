import { useApi } from '#web/api.ts';
import { districtNames } from '#web/home/district-names.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { Note } from '#web/ui/note.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { CityTabs } from './city-tabs.tsx';
import { SeverityTag } from './severity-tag.tsx';
import { CitySignedIn } from './signed-in.tsx';
import { type Incident, incidentMarks, incidentStates, severities } from './views.ts';
import { words } from './words.ts';

/** The incident desk: what was found, and what waits for somebody. */
export function CityPage() {
  const say = useWords(words);
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('incidentsWhy')}
        main={
          <ButtonLink kind="main" icon="forward" href="/city/room">
            {say('openRoom')}
          </ButtonLink>
        }
      />
      <CityTabs />
      <CitySignedIn>
        <IncidentList />
      </CitySignedIn>
    </>
  );
}

const states = ['unfinished', ...incidentStates] as const;

function IncidentList() {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  return (
    <DataList<Incident>
      name={say('incidents')}
      count={(count) => say('incidentCount', { count })}
      queryKey={api.city.listIncidents.key()}
      rowKey={({ incidentId }) => incidentId}
      rowHref={({ incidentId }) => `/city/incidents/${incidentId}`}
      topic="city.incident"
      searches
      filters={[
        {
          key: 'state',
          label: say('state'),
          single: true,
          options: states.map((value) => ({ value, label: say(value) })),
        },
        {
          key: 'severity',
          label: say('severity'),
          single: true,
          options: severities.map((value) => ({ value, label: say(value) })),
        },
        {
          key: 'district',
          label: say('district'),
          single: true,
          options: Object.entries(districtNames).map(([value, name]) => ({
            value,
            label: pick(name),
          })),
        },
      ]}
      load={({ filters, search, cursor, limit }) => {
        const state = oneOf(states, filters.state);
        const severity = oneOf(severities, filters.severity);
        const district = filters.district?.[0];
        return api.city.listIncidents.call({
          ...given({ limit, cursor, state, severity, district, query: search }),
        });
      }}
      empty={
        <EmptyState
          what={say('noIncidents')}
          why={say('noIncidentsWhy')}
          next={<ButtonLink href="/city/rules">{say('toRules')}</ButtonLink>}
        />
      }
      columns={[
        {
          key: 'rule',
          title: say('incident'),
          text: ({ ruleTitle, thingName }) => `${pick(ruleTitle)} · ${thingName}`,
          render: ({ ruleTitle, thingName, replayed }) => (
            <span className="incident-name">
              {pick(ruleTitle)} · {thingName}
              {replayed && <Note kind="replayed" />}
            </span>
          ),
        },
        {
          key: 'severity',
          title: say('severity'),
          text: ({ severity }) => say(severity),
          render: ({ severity }) => <SeverityTag severity={severity} />,
        },
        {
          key: 'state',
          title: say('state'),
          text: ({ state }) => say(state),
          render: ({ state }) => <StateTag state={incidentMarks[state]} label={say(state)} />,
        },
        {
          key: 'district',
          title: say('district'),
          text: ({ district }) =>
            district === null ? '–' : pick(districtNames[district] ?? { zh: district, en: '' }),
        },
        {
          key: 'readings',
          title: say('readings'),
          text: ({ readings }) => String(readings),
          figures: true,
          extra: true,
        },
        {
          key: 'observedAt',
          title: say('observedAt'),
          text: ({ firstObservedAt }) => firstObservedAt,
          render: ({ firstObservedAt }) => <When at={firstObservedAt} />,
          extra: true,
        },
        {
          key: 'openedAt',
          title: say('openedAt'),
          text: ({ openedAt }) => openedAt,
          render: ({ openedAt }) => <When at={openedAt} />,
        },
      ]}
    />
  );
}
