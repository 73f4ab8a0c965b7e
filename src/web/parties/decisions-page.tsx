import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { auditWords } from './audit-words.ts';
import { PartiesTabs } from './parties-tabs.tsx';
import { PartyName, shortId } from './party-name.tsx';
import { ResourceRef } from './resource-ref.tsx';
import { words } from './words.ts';

type Decision = Outputs['kernel']['listDecisions']['items'][number];

/** Who was allowed or denied what, and why, for auditors. */
export function DecisionsPage() {
  const api = useApi();
  const say = useWords(auditWords);
  const parties = useWords(words);
  const pick = usePick();
  return (
    <>
      <PageHead
        name={say('decisionsTitle')}
        parent={{ name: parties('title'), href: '/parties' }}
        why={say('decisionsWhy')}
      />
      <PartiesTabs />
      <DataList<Decision>
        name={say('decisionsTitle')}
        searches={false}
        count={(count) => say('decisionsCount', { count })}
        queryKey={api.kernel.listDecisions.key()}
        rowKey={({ id }) => id}
        filters={[
          {
            key: 'outcome',
            label: say('outcome'),
            single: true,
            options: [
              { value: 'true', label: say('allowed') },
              { value: 'false', label: say('denied') },
            ],
          },
        ]}
        load={({ filters, cursor, limit }) => {
          const allowed = filters.outcome?.[0];
          return api.kernel.listDecisions.call({
            ...given({ limit, cursor }),
            ...(allowed === undefined ? {} : { allowed: allowed === 'true' }),
          });
        }}
        empty={<EmptyState what={say('decisionsNone')} why={say('decisionsNoneWhy')} />}
        columns={[
          {
            key: 'permission',
            title: say('permission'),
            text: ({ permission }) => permission,
            render: ({ permission, sentence }) => <code title={pick(sentence)}>{permission}</code>,
          },
          {
            key: 'outcome',
            title: say('outcome'),
            text: ({ allowed }) => say(allowed ? 'allowed' : 'denied'),
            render: ({ allowed }) => (
              <StateTag
                state={allowed ? 'done' : 'failed'}
                label={say(allowed ? 'allowed' : 'denied')}
              />
            ),
          },
          {
            key: 'actor',
            title: say('actor'),
            text: ({ principal }) => principal,
            render: ({ principal }) => <PartyName id={principal} />,
          },
          {
            key: 'forWhom',
            title: say('forWhom'),
            text: ({ onBehalfOf }) => onBehalfOf ?? '',
            render: ({ onBehalfOf }) => (onBehalfOf === null ? '' : <PartyName id={onBehalfOf} />),
            extra: true,
          },
          {
            key: 'resource',
            title: say('resource'),
            text: ({ resource }) => (resource === null ? '' : `${resource.type}/${resource.id}`),
            render: ({ resource }) => (resource === null ? '' : <ResourceRef {...resource} />),
          },
          {
            key: 'policies',
            title: say('policies'),
            text: ({ policies, grants }) =>
              [...policies, ...grants.map(shortId)].join(' ') || say('noRule'),
          },
          {
            key: 'sentence',
            title: say('sentence'),
            text: ({ sentence }) => pick(sentence),
            extra: true,
          },
          {
            key: 'when',
            title: say('when'),
            text: ({ decidedAt }) => decidedAt,
            render: ({ decidedAt }) => <When at={decidedAt} />,
          },
        ]}
      />
    </>
  );
}
