import { useInfiniteQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { When } from '#web/ui/when.tsx';
import { type EndpointDetail, trafficText } from './endpoint-view.tsx';
import { endpointWords } from './endpoint-words.ts';
import { useTrials } from './use-trials.ts';

const shown = 10;

/** Who changed the traffic when and why, the latest first. */
export function EndpointHistory({ endpoint }: { endpoint: EndpointDetail }) {
  const api = useApi();
  const say = useWords(endpointWords);
  const { endpointId, repositoryId } = endpoint;
  const { named } = useTrials(repositoryId);
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    api.serving.listTrafficChanges.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...{ endpointId, limit: shown },
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    }),
  );
  if (data === undefined) return null;
  return (
    <Section title={say('history')}>
      <PlainTable
        name={say('history')}
        rows={data.pages.flatMap(({ items }) => items)}
        rowKey={({ version }) => String(version)}
        columns={[
          {
            key: 'version',
            title: say('version'),
            cell: ({ version }) => say('versionNumber', { number: version }),
          },
          {
            key: 'traffic',
            title: say('traffic'),
            cell: ({ traffic, rolledBackTo }) =>
              [
                ...(rolledBackTo === null ? [] : [say('rolledBack', { number: rolledBackTo })]),
                trafficText(traffic, named, say),
              ].join(' · '),
          },
          { key: 'reason', title: say('reason'), cell: ({ reason }) => reason || '–' },
          { key: 'by', title: say('by'), cell: ({ changedBy }) => <PartyName id={changedBy} /> },
          { key: 'at', title: say('at'), cell: ({ changedAt }) => <When at={changedAt} /> },
        ]}
      />
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {say('more')}
        </Button>
      )}
    </Section>
  );
}
