import { useApi } from '#web/api.ts';
import { formatNumber, formatPercent } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { SignedIn } from '#web/session/signed-in.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { GovernanceTabs } from './governance-tabs.tsx';
import type { WarningRow } from './views.ts';
import { words } from './words.ts';

/** What went beyond a threshold, the newest first. */
export function WarningsPage() {
  const say = useWords(words);
  return (
    <>
      <PageHead name={say('warnings')} why={say('warningsWhy')} />
      <GovernanceTabs />
      <SignedIn why={say('signInWhy')}>
        <WarningList />
      </SignedIn>
    </>
  );
}

/** A value of a measure: incidents are counted, the others are shares. */
export function figureOf({ measure }: Pick<WarningRow, 'measure'>, value: number): string {
  return measure === 'incidents' ? formatNumber(value) : formatPercent(value);
}

function WarningList() {
  const api = useApi();
  const say = useWords(words);
  const states = ['lasting', 'ended'] as const;
  return (
    <DataList<WarningRow>
      name={say('warnings')}
      count={(count) => say('warningCount', { count })}
      queryKey={api.governance.listWarnings.key()}
      rowKey={({ warningId }) => warningId}
      rowHref={({ deploymentId }) => `/governance/watches/${deploymentId}`}
      topic="governance.warning"
      searches={false}
      filters={[
        {
          key: 'state',
          label: say('state'),
          single: true,
          options: states.map((value) => ({
            value,
            label: say(value === 'lasting' ? 'lasting' : 'over'),
          })),
        },
      ]}
      load={({ filters, cursor, limit }) => {
        const state = oneOf(states, filters.state);
        return api.governance.listWarnings.call({
          ...given({ limit, cursor, state }),
        });
      }}
      empty={
        <EmptyState
          what={say('warningNone')}
          why={say('warningNoneWhy')}
          next={<ButtonLink href="/governance/stops">{say('toStops')}</ButtonLink>}
        />
      }
      columns={[
        { key: 'measure', title: say('measure'), text: ({ measure }) => say(measure) },
        {
          key: 'state',
          title: say('state'),
          text: ({ endedAt }) => say(endedAt === null ? 'lasting' : 'over'),
          render: ({ endedAt }) => (
            <StateTag
              state={endedAt === null ? 'waiting' : 'done'}
              label={say(endedAt === null ? 'lasting' : 'over')}
            />
          ),
        },
        {
          key: 'value',
          title: say('value'),
          text: (row) => figureOf(row, row.value),
          figures: true,
        },
        {
          key: 'threshold',
          title: say('threshold'),
          text: (row) => figureOf(row, row.threshold),
          figures: true,
        },
        {
          key: 'stopped',
          title: say('stops'),
          text: ({ stopId }) => (stopId === null ? '–' : say('stoppedToo')),
        },
        {
          key: 'raisedAt',
          title: say('raisedAt'),
          text: ({ raisedAt }) => raisedAt,
          render: ({ raisedAt }) => <When at={raisedAt} />,
        },
      ]}
    />
  );
}
