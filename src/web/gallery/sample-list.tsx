import { DataList } from '#web/ui/data-list.tsx';
import type { ListAddress } from '#web/ui/list-address.ts';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { states } from './samples.ts';

type Row = { id: string; name: string; state: (typeof states)[number]; score: number; at: string };

const rows: Row[] = Array.from({ length: 63 }, (_, place) => ({
  id: String(place),
  name: `${['稳健 z 分数', 'EWMA', 'CUSUM', '孤立森林'][place % 4]} ${place + 1}`,
  state: states[place % states.length] ?? 'draft',
  score: 0.5 + ((place * 37) % 41) / 100,
  at: new Date(Date.parse('2026-11-23T06:05:00Z') - place * 3_600_000).toISOString(),
}));

async function load(address: ListAddress) {
  const wanted = address.filters.state;
  const found = rows.filter(
    ({ name, state }) => name.includes(address.search) && (wanted?.includes(state) ?? true),
  );
  if (address.sort?.endsWith('score')) found.sort((a, b) => a.score - b.score);
  if (address.sort?.startsWith('-')) found.reverse();
  const start = Number(address.cursor ?? 0);
  const end = start + address.limit;
  return {
    items: found.slice(start, end),
    total: found.length,
    nextCursor: end < found.length ? String(end) : null,
  };
}

/** A list of invented rows. */
export function SampleList() {
  return (
    <DataList
      name="应答"
      count={(total) => `共 ${total} 份应答`}
      columns={[
        { key: 'name', title: '名称', text: ({ name }) => name, sorts: true },
        {
          key: 'state',
          title: '状态',
          text: ({ state }) => state,
          render: ({ state }) => <StateTag state={state} />,
        },
        {
          key: 'score',
          title: '得分',
          text: ({ score }) => score.toFixed(3),
          sorts: true,
          figures: true,
        },
        { key: 'at', title: '时间', text: ({ at }) => at, render: ({ at }) => <When at={at} /> },
        { key: 'id', title: '编号', text: ({ id }) => id, extra: true },
      ]}
      filters={[
        {
          key: 'state',
          label: '状态',
          options: states.map((state) => ({ value: state, label: state })),
        },
      ]}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/_ui?row=${id}`}
      queryKey={['gallery']}
      load={load}
      empty={<EmptyState what="这里将列出应答" why="还没有人应答。" />}
    />
  );
}
