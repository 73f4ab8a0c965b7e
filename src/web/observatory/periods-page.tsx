import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { entryWords } from './entry-words.ts';
import { ObservatoryTabs } from './observatory-tabs.tsx';
import { words } from './words.ts';

type Period = Outputs['observatory']['listPeriods']['items'][number];

const states = ['open', 'closed'] as const;

/** The months of counting, and closing them. */
export function PeriodsPage() {
  const api = useApi();
  const say = useWords(entryWords);
  const room = useWords(words);
  const { account } = useSession();
  return (
    <>
      <PageHead
        name={say('periodsTitle')}
        parent={{ name: room('title'), href: '/observatory' }}
        why={say('periodsWhy')}
      />
      <ObservatoryTabs />
      <DataList<Period>
        key={account?.id ?? ''}
        name={say('periodsTitle')}
        searches={false}
        count={(count) => say('periodCount', { count })}
        queryKey={api.observatory.listPeriods.key()}
        topic="observatory.indicator"
        rowKey={({ period }) => period}
        filters={[
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: states.map((value) => ({ value, label: say(value) })),
          },
        ]}
        load={({ filters, cursor, limit }) => {
          const state = oneOf(states, filters.state);
          return api.observatory.listPeriods.call({
            ...given({ limit, cursor, state }),
          });
        }}
        empty={<EmptyState what={say('noPeriods')} why={say('noPeriodsWhy')} />}
        columns={[
          { key: 'period', title: say('month'), text: ({ period }) => period },
          {
            key: 'state',
            title: say('state'),
            text: ({ state }) => say(state),
            render: ({ state }) => (
              <StateTag state={state === 'closed' ? 'done' : 'running'} label={say(state)} />
            ),
          },
          {
            key: 'facts',
            title: say('facts'),
            text: ({ facts }) => String(facts),
            render: ({ facts }) => formatNumber(facts),
            figures: true,
          },
          {
            key: 'openedAt',
            title: say('openedAt'),
            text: ({ openedAt }) => openedAt,
            render: ({ openedAt }) => <When at={openedAt} />,
          },
          {
            key: 'closedAt',
            title: say('closedAt'),
            text: ({ closedAt }) => closedAt ?? '',
            render: ({ closedAt }) => (closedAt === null ? '' : <When at={closedAt} />),
          },
          {
            key: 'close',
            title: say('close'),
            text: () => '',
            render: (period) => (period.actions.includes('close') ? <Close {...period} /> : ''),
          },
        ]}
      />
    </>
  );
}

function Close({ period, facts }: Period) {
  const api = useApi();
  const say = useWords(entryWords);
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button aria-label={say('closeName', { period })} onClick={() => setAsking(true)}>
        {say('close')}
      </Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('closeName', { period })}
        verb={say('close')}
        done={say('closeDone')}
        final
        summary={[
          [say('month'), period],
          [say('facts'), formatNumber(facts)],
        ]}
        send={async () => {
          await api.observatory.closePeriod.call({ period });
          await queries.invalidateQueries({ queryKey: api.observatory.key() });
        }}
      >
        <p>{say('closeWhy')}</p>
      </Ask>
    </>
  );
}
