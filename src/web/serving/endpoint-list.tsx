import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { endpointListWords } from './endpoint-list-words.ts';
import { type Endpoint, EndpointState, endpointHref } from './endpoint-view.tsx';

const shown = 10;

/** The latest endpoints that are open; nothing where there are none. */
export function OpenEndpoints() {
  const api = useApi();
  const say = useWords(endpointListWords);
  const input = { state: 'open', limit: shown } as const;
  const { data } = useQuery(api.serving.listEndpoints.queryOptions({ input }));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <div className="serving-below">
      <Section title={say('endpoints')}>
        <p className="serving-quiet">{say('endpointsWhy')}</p>
        <EndpointTable rows={data.items} />
      </Section>
    </div>
  );
}

/** A few endpoints. */
export function EndpointTable({ rows }: { rows: readonly Endpoint[] }) {
  const say = useWords(endpointListWords);
  return (
    <PlainTable
      name={say('endpoints')}
      rows={rows}
      rowKey={({ endpointId }) => endpointId}
      columns={[
        {
          key: 'name',
          title: say('name'),
          cell: ({ endpointId, name }) => <To href={endpointHref(endpointId)}>{name}</To>,
        },
        { key: 'state', title: say('state'), cell: ({ state }) => <EndpointState state={state} /> },
        {
          key: 'traffic',
          title: say('traffic'),
          cell: ({ traffic: { canary, shadow } }) =>
            [
              say('share', { side: say('primary'), percent: 100 - (canary?.percent ?? 0) }),
              ...(canary ? [say('share', { side: say('canary'), percent: canary.percent })] : []),
              ...(shadow ? [say('share', { side: say('shadow'), percent: shadow.percent })] : []),
            ].join(' · '),
        },
        {
          key: 'version',
          title: say('version'),
          cell: ({ version }) => say('versionNumber', { number: version }),
        },
        { key: 'created', title: say('created'), cell: ({ createdAt }) => <When at={createdAt} /> },
      ]}
    />
  );
}
