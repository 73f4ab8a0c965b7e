import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { usePartyNames } from '#web/parties/party-name.tsx';
import { SignedIn } from '#web/session/signed-in.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { GovernanceTabs } from './governance-tabs.tsx';
import { RunningTable } from './running-table.tsx';
import { StopControl, type StopTarget } from './stop-control.tsx';
import { type StopRow, targetHref } from './views.ts';
import { words } from './words.ts';

/** What runs now, with the stop beside it, and every stop there was. */
export function StopsPage() {
  const say = useWords(words);
  return (
    <>
      <PageHead name={say('stops')} why={say('stopsWhy')} />
      <GovernanceTabs />
      <SignedIn why={say('signInWhy')}>
        <RunningTable />
        <StopList />
      </SignedIn>
    </>
  );
}

function StopList() {
  const api = useApi();
  const say = useWords(words);
  const states = ['holding', 'released'] as const;
  const wordOf = (type: string) => {
    const known = kindOf(type);
    return known === null ? type : say(known);
  };
  return (
    <DataList<StopRow>
      name={say('stops')}
      count={(count) => say('stopCount', { count })}
      queryKey={api.governance.listStops.key()}
      rowKey={({ stopId }) => stopId}
      topic="governance.stop"
      searches={false}
      filters={[
        {
          key: 'state',
          label: say('state'),
          single: true,
          options: states.map((value) => ({
            value,
            label: say(value === 'holding' ? 'holding' : 'wasReleased'),
          })),
        },
      ]}
      load={({ filters, cursor, limit }) => {
        const state = oneOf(states, filters.state);
        return api.governance.listStops.call({
          ...given({ limit, cursor, state }),
        });
      }}
      empty={<EmptyState what={say('stopNone')} why={say('stopNoneWhy')} />}
      columns={[
        { key: 'reason', title: say('reason'), text: ({ reason }) => reason },
        {
          key: 'target',
          title: say('target'),
          text: ({ target }) => wordOf(target.type),
          render: ({ target }) => <To href={targetHref(target)}>{wordOf(target.type)}</To>,
        },
        {
          key: 'state',
          title: say('state'),
          text: (row) => say(row.releasedAt === null ? 'holding' : 'wasReleased'),
          render: (row) => <StopState stop={row} />,
        },
        {
          key: 'stoppedBy',
          title: say('stoppedBy'),
          text: ({ stoppedByName }) => stoppedByName,
          render: ({ stoppedBy }) => <ActorName id={stoppedBy} />,
        },
        {
          key: 'stoppedAt',
          title: say('stoppedAt'),
          text: ({ stoppedAt }) => stoppedAt,
          render: ({ stoppedAt }) => <When at={stoppedAt} />,
        },
        {
          key: 'releasedAt',
          title: say('releasedAt'),
          text: ({ releasedAt }) => releasedAt ?? '',
          render: ({ releasedAt }) => (releasedAt === null ? '–' : <When at={releasedAt} />),
        },
        {
          key: 'releaseReason',
          title: say('releaseReason'),
          text: ({ releaseReason }) => releaseReason ?? '–',
        },
        {
          key: 'control',
          title: say('control'),
          text: () => '',
          render: (row) => <Release stop={row} name={wordOf(row.target.type)} />,
        },
      ]}
    />
  );
}

const kinds = ['serving.deployment', 'city.rule', 'city.thing'] as const;
const kindOf = (type: string): StopTarget['type'] | null =>
  kinds.find((kind) => kind === type) ?? null;

function StopState({ stop }: { stop: StopRow }) {
  const say = useWords(words);
  return stop.releasedAt === null ? (
    <StateTag state="stopped" label={say('holding')} />
  ) : (
    <StateTag state="done" label={say('wasReleased')} />
  );
}

function ActorName({ id }: { id: string }) {
  return usePartyNames([id])(id);
}

function Release({ stop, name }: { stop: StopRow; name: string }) {
  const type = kindOf(stop.target.type);
  if (type === null || stop.releasedAt !== null) return null;
  return <StopControl target={{ type, id: stop.target.id }} name={name} stopped />;
}
