import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { MeasurementScore, measurementHref } from './measurement-score.tsx';
import { measurementWords } from './measurement-words.ts';
import { useMetricName } from './metric-name.ts';

type Board = Outputs['assurance']['getSuiteBoard'];
type Row = Board['items'][number];

/** The board of a suite: who did how well on the same cases. */
export function BoardPage() {
  const api = useApi();
  const repositoryId = useParameter('repositoryId');
  const input = { repositoryId, limit: 1 };
  const query = useQuery(api.assurance.getSuiteBoard.queryOptions({ input }));
  return (
    <LoadedPage query={query}>
      {(board) => <Found repositoryId={repositoryId} board={board} />}
    </LoadedPage>
  );
}

function Found({ repositoryId, board }: { repositoryId: string; board: Board }) {
  const api = useApi();
  const say = useWords(measurementWords);
  const pick = usePick();
  const metricName = useMetricName();
  const { suite } = board;
  const metric = board.items[0]?.measurement.metric;
  const lower = board.items[0]?.measurement.better === 'lower';
  const about =
    suite === null || metric === undefined
      ? ''
      : `${metricName(metric)}${lower ? ` (${say('lower')})` : ''} · ${say('casesCount', { count: suite.cases })} · `;
  return (
    <>
      <PageHead
        name={suite === null ? say('board') : pick(suite.name)}
        parent={{ name: say('suites'), href: '/assurance/suites' }}
        why={`${about}${say('boardWhy')}`}
        main={<ButtonLink href={`/hub/${repositoryId}`}>{say('openSuite')}</ButtonLink>}
      />
      <DataList<Row>
        name={say('board')}
        searches={false}
        count={(count) => say('boardCount', { count })}
        queryKey={api.assurance.getSuiteBoard.key()}
        topic="assurance.measurement"
        rowKey={({ measurement }) => measurement.measurementId}
        rowHref={({ measurement }) => measurementHref(measurement.measurementId)}
        load={({ cursor, limit }) =>
          api.assurance.getSuiteBoard.call({ repositoryId, ...given({ limit, cursor }) })
        }
        empty={<EmptyState what={say('boardNone')} why={say('boardNoneWhy')} />}
        columns={[
          {
            key: 'algorithm',
            title: say('algorithm'),
            text: ({ measurement }) => pick(measurement.title),
          },
          { key: 'rank', title: say('rank'), text: ({ rank }) => String(rank), figures: true },
          {
            key: 'score',
            title: say('score'),
            text: ({ measurement }) => String(measurement.score ?? ''),
            render: ({ measurement }) => <MeasurementScore measurement={measurement} />,
            figures: true,
          },
          {
            key: 'failed',
            title: say('failedCases'),
            text: ({ measurement }) => String(measurement.casesFailed),
            figures: true,
          },
          {
            key: 'repeats',
            title: say('repeats'),
            text: ({ repeats, repeatsSame }) =>
              repeats === 0 ? '' : say('repeatsSame', { same: repeatsSame, count: repeats }),
          },
          {
            key: 'owner',
            title: say('owner'),
            text: ({ measurement }) => measurement.ownerId,
            render: ({ measurement: { ownerId, suite: of } }) => (
              <span className="evaluation-state">
                <PartyName id={ownerId} />
                {!of.independent && <small>{say('own')}</small>}
              </span>
            ),
          },
          {
            key: 'when',
            title: say('when'),
            text: ({ measurement }) => measurement.finishedAt ?? '',
            render: ({ measurement }) => (
              <When at={measurement.finishedAt ?? measurement.createdAt} />
            ),
          },
        ]}
      />
    </>
  );
}
