import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { actsAs } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { type Column, DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import './assurance.css';
import { AssuranceTabs } from './assurance-tabs.tsx';
import { scoreText } from './evaluation-score.ts';
import { markOf } from './evaluation-state.ts';
import { words } from './words.ts';

type Evaluation = Outputs['assurance']['listEvaluations']['items'][number];

const states = ['waiting', 'predicting', 'scoring', 'done', 'failed', 'stopped'] as const;
const kinds = ['public', 'hidden'] as const;

/** The evaluations that the reader may see. */
export function AssurancePage() {
  const api = useApi();
  const say = useWords(words);
  const { account } = useSession();
  return (
    <>
      <PageHead name={say('title')} why={say('why')} />
      <AssuranceTabs />
      <DataList<Evaluation>
        key={account?.id ?? ''}
        name={say('evaluations')}
        searches={false}
        count={(count) => say('count', { count })}
        columns={useColumns()}
        filters={useFilters()}
        rowKey={({ evaluationId }) => evaluationId}
        rowHref={({ evaluationId }) => `/assurance/evaluations/${evaluationId}`}
        queryKey={api.assurance.listEvaluations.key()}
        topic="assurance.evaluation"
        load={({ filters, cursor, limit }) => {
          const state = oneOf(states, filters.state);
          const datasetKind = oneOf(kinds, filters.data);
          const ownerId = filters.owner?.[0];
          return api.assurance.listEvaluations.call({
            ...given({ limit, cursor, state, datasetKind, ownerId }),
          });
        }}
        empty={
          <EmptyState
            what={say('none')}
            why={say('noneWhy')}
            next={<ButtonLink href="/scenarios">{say('noneNext')}</ButtonLink>}
          />
        }
      />
    </>
  );
}

function useFilters() {
  const say = useWords(words);
  const { account } = useSession();
  return [
    {
      key: 'state',
      label: say('state'),
      single: true,
      options: states.map((value) => ({ value, label: say(value) })),
    },
    {
      key: 'data',
      label: say('data'),
      single: true,
      options: kinds.map((value) => ({ value, label: say(value) })),
    },
    ...(account === null
      ? []
      : [
          {
            key: 'owner',
            label: say('of'),
            single: true,
            options: actsAs(account).map(({ id, name }) => ({ value: id, label: name })),
          },
        ]),
  ];
}

function useColumns(): readonly [Column<Evaluation>, ...Column<Evaluation>[]] {
  const say = useWords(words);
  const pick = usePick();
  return [
    {
      key: 'evaluation',
      title: say('evaluation'),
      text: ({ evaluationId }) => `${say('evaluation')} ${evaluationId.slice(-6)}`,
    },
    {
      key: 'state',
      title: say('state'),
      text: ({ state }) => say(state),
      render: ({ state, reason }) => (
        <span className="evaluation-state">
          <StateTag state={markOf(state)} label={say(state)} />
          {reason !== null && <small>{pick(reason.sentence)}</small>}
        </span>
      ),
    },
    {
      key: 'score',
      title: say('score'),
      text: ({ score }) => (score === null ? '' : scoreText(score)),
      render: ({ score, interval }) =>
        score === null ? (
          ''
        ) : (
          <span className="evaluation-score">
            {scoreText(score)}
            {interval !== null && (
              <small>
                {scoreText(interval.low)}–{scoreText(interval.high)}
              </small>
            )}
          </span>
        ),
      figures: true,
    },
    { key: 'data', title: say('data'), text: ({ datasetKind }) => say(datasetKind) },
    {
      key: 'owner',
      title: say('owner'),
      text: ({ ownerId }) => ownerId,
      render: ({ ownerId }) => <PartyName id={ownerId} />,
    },
    {
      key: 'dataOwner',
      title: say('dataOwner'),
      text: ({ dataOwnerId }) => dataOwnerId,
      render: ({ dataOwnerId }) => <PartyName id={dataOwnerId} />,
      extra: true,
    },
    {
      key: 'created',
      title: say('created'),
      text: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => <When at={createdAt} />,
    },
  ];
}
