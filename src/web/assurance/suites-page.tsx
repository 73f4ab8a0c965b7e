import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { AssuranceTabs } from './assurance-tabs.tsx';
import { boardHref } from './measurement-score.tsx';
import { measurementWords } from './measurement-words.ts';
import { useMetricName } from './metric-name.ts';

type Suite = Outputs['assurance']['listSuites']['items'][number];

/** The suites by which something was measured; each leads to its board. */
export function SuitesPage() {
  const api = useApi();
  const say = useWords(measurementWords);
  const pick = usePick();
  const metricName = useMetricName();
  return (
    <>
      <PageHead name={say('suites')} why={say('suitesWhy')} />
      <AssuranceTabs />
      <DataList<Suite>
        name={say('suites')}
        searches={false}
        count={(count) => say('suitesCount', { count })}
        queryKey={api.assurance.listSuites.key()}
        topic="assurance.measurement"
        rowKey={({ repositoryId }) => repositoryId}
        rowHref={({ repositoryId }) => boardHref(repositoryId)}
        load={({ cursor, limit }) => api.assurance.listSuites.call(given({ limit, cursor }))}
        empty={
          <EmptyState
            what={say('suitesNone')}
            why={say('suitesNoneWhy')}
            next={<ButtonLink href="/hub?kind=algorithm">{say('suitesNext')}</ButtonLink>}
          />
        }
        columns={[
          { key: 'suite', title: say('suite'), text: ({ name }) => pick(name) },
          { key: 'task', title: say('task'), text: ({ task }) => task },
          { key: 'metric', title: say('metric'), text: ({ metric }) => metricName(metric) },
          {
            key: 'cases',
            title: say('cases'),
            text: ({ cases }) => String(cases),
            figures: true,
          },
          {
            key: 'algorithms',
            title: say('algorithms'),
            text: ({ algorithms }) => String(algorithms),
            figures: true,
          },
          {
            key: 'owner',
            title: say('owner'),
            text: ({ ownerId }) => ownerId,
            render: ({ ownerId }) => <PartyName id={ownerId} />,
          },
          {
            key: 'when',
            title: say('when'),
            text: ({ measuredAt }) => measuredAt,
            render: ({ measuredAt }) => <When at={measuredAt} />,
          },
        ]}
      />
    </>
  );
}
