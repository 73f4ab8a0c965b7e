import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { entryWords } from './entry-words.ts';
import { ObservatoryTabs } from './observatory-tabs.tsx';
import { type Value, valueMark, valueStates, valueWord } from './value-state.ts';
import { words } from './words.ts';

/** Every entered value that the reader may see, with all vintages. */
export function ValuesPage() {
  const api = useApi();
  const say = useWords(entryWords);
  const room = useWords(words);
  const pick = usePick();
  const { account } = useSession();
  const indicators = useQuery(
    api.observatory.listIndicators.queryOptions({ input: { source: 'entered', limit: 100 } }),
  );
  const enters = (account?.organisations.length ?? 0) > 0;
  return (
    <>
      <PageHead
        name={room('values')}
        parent={{ name: room('title'), href: '/observatory' }}
        why={say('valuesWhy')}
        {...(enters
          ? {
              main: (
                <ButtonLink kind="main" href="/observatory/enter">
                  {say('enter')}
                </ButtonLink>
              ),
            }
          : {})}
      />
      <ObservatoryTabs />
      <DataList<Value>
        key={account?.id ?? ''}
        name={room('values')}
        searches={false}
        count={(count) => say('count', { count })}
        queryKey={api.observatory.listValues.key()}
        topic="observatory.indicator"
        rowKey={({ valueId }) => valueId}
        rowHref={({ valueId }) => `/observatory/values/${valueId}`}
        filters={[
          {
            key: 'indicator',
            label: say('indicator'),
            single: true,
            options: (indicators.data?.items ?? []).map(({ indicatorId, title }) => ({
              value: indicatorId,
              label: pick(title),
            })),
          },
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: valueStates.map((value) => ({ value, label: say(value) })),
          },
        ]}
        load={({ filters, cursor, limit }) => {
          const state = oneOf(valueStates, filters.state);
          const indicatorId = filters.indicator?.[0];
          return api.observatory.listValues.call({
            ...given({ limit, cursor, state, indicatorId }),
          });
        }}
        empty={<EmptyState what={say('none')} why={say('noneWhy')} />}
        columns={[
          {
            key: 'indicator',
            title: say('indicator'),
            text: ({ indicatorTitle }) => pick(indicatorTitle),
          },
          { key: 'period', title: say('period'), text: ({ period }) => period },
          {
            key: 'value',
            title: say('value'),
            text: ({ value }) => String(value),
            render: ({ value, unit }) => `${formatNumber(value, 6)} ${pick(unit)}`,
            figures: true,
          },
          {
            key: 'state',
            title: say('state'),
            text: (row) => say(valueWord(row)),
            render: (row) => <StateTag state={valueMark(row)} label={say(valueWord(row))} />,
          },
          {
            key: 'vintage',
            title: say('vintage'),
            text: ({ vintage }) => (vintage === null ? '' : room('vintageOf', { vintage })),
          },
          { key: 'source', title: say('source'), text: ({ source }) => source },
          {
            key: 'organisation',
            title: say('organisation'),
            text: ({ organisationName }) => organisationName,
          },
          {
            key: 'enteredAt',
            title: say('enteredAt'),
            text: ({ enteredAt }) => enteredAt,
            render: ({ enteredAt }) => <When at={enteredAt} />,
          },
        ]}
      />
    </>
  );
}
