import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { DataList } from '#web/ui/data-list.tsx';
import type { ListAddress } from '#web/ui/list-address.ts';
import { given } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { useCallColumns } from './call-columns.tsx';
import { callStatesShown } from './call-course.ts';
import { usePlaces } from './place-words.ts';
import { RoomTabs } from './room-tabs.tsx';
import { FirstStep } from './scenarios-page.tsx';
import { words } from './words.ts';

/** The calls that the reader may see. */
export function CallsPage() {
  const api = useApi();
  const say = useWords(words);
  const columns = useCallColumns();
  const { filters } = usePlaces();
  const load = ({ search, filters: chosen, cursor, limit }: ListAddress, signal: AbortSignal) => {
    const state = callStatesShown.find((known) => known === chosen.state?.[0]);
    const [sector, district] = [chosen.sector?.[0], chosen.district?.[0]];
    return api.scenarios.listCalls.call(
      {
        ...given({ limit, query: search, state, sector, district }),
        ...(chosen.order?.[0] === 'closing' ? { sort: 'closing' as const } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      },
      { signal },
    );
  };
  return (
    <>
      <PageHead name={say('calls')} why={say('callsWhy')} />
      <RoomTabs />
      <DataList
        name={say('calls')}
        count={(count) => say('callsCount', { count })}
        queryKey={api.scenarios.listCalls.key()}
        load={load}
        topic="scenarios.call"
        rowKey={({ callId }) => callId}
        rowHref={({ callId }) => `/scenarios/calls/${callId}`}
        filters={[
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: callStatesShown.map((value) => ({ value, label: say(value) })),
          },
          ...filters,
          {
            key: 'order',
            label: say('order'),
            single: true,
            options: [{ value: 'closing', label: say('orderClosing') }],
          },
        ]}
        columns={columns}
        empty={<EmptyState what={say('noCalls')} why={say('noCallsWhy')} next={<FirstStep />} />}
      />
    </>
  );
}
