import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { DataList } from '#web/ui/data-list.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { auditWords } from './audit-words.ts';
import { PartiesTabs } from './parties-tabs.tsx';
import { PartyName, shortId } from './party-name.tsx';
import { ResourceRef } from './resource-ref.tsx';
import { words } from './words.ts';

type Grant = Outputs['kernel']['listGrants']['items'][number];

const roleNames = [
  'operator',
  'system_administrator',
  'security_administrator',
  'audit_administrator',
  'auditor',
  'expert',
] as const;

/** Who may do what beyond the fixed policies, for auditors. */
export function GrantsPage() {
  const api = useApi();
  const say = useWords(auditWords);
  const parties = useWords(words);
  const pick = usePick();
  const roleOf = (subject: string) => roleNames.find((role) => subject === `role:${role}`);
  const state = ({ revokedAt, expiresAt }: Grant) =>
    revokedAt !== null
      ? ({ mark: 'stopped', word: 'revoked' } as const)
      : expiresAt !== null && Date.parse(expiresAt) < Date.now()
        ? ({ mark: 'expired', word: 'ended' } as const)
        : ({ mark: 'done', word: 'inForce' } as const);
  return (
    <>
      <PageHead
        name={say('grantsTitle')}
        parent={{ name: parties('title'), href: '/parties' }}
        why={say('grantsWhy')}
      />
      <PartiesTabs />
      <DataList<Grant>
        name={say('grantsTitle')}
        searches={false}
        count={(count) => say('grantsCount', { count })}
        queryKey={api.kernel.listGrants.key()}
        rowKey={({ id }) => id}
        load={({ cursor, limit }) =>
          api.kernel.listGrants.call({ limit, ...(cursor === undefined ? {} : { cursor }) })
        }
        empty={<EmptyState what={say('grantsNone')} why={say('grantsNoneWhy')} />}
        columns={[
          {
            key: 'permission',
            title: say('permission'),
            text: ({ action }) => action,
            render: ({ action, sentence }) => <code title={pick(sentence)}>{action}</code>,
          },
          {
            key: 'subject',
            title: say('subject'),
            text: ({ subject }) => subject,
            render: ({ subject }) => {
              const role = roleOf(subject);
              return role === undefined ? (
                <PartyName id={subject} />
              ) : (
                say('holdersOf', { role: say(role) })
              );
            },
          },
          {
            key: 'resource',
            title: say('resource'),
            text: ({ resource }) => `${resource.type}/${resource.id}`,
            render: ({ resource }) => <ResourceRef {...resource} />,
          },
          {
            key: 'basis',
            title: say('basis'),
            text: ({ basis }) => basis,
            render: ({ basis }) =>
              basis.startsWith('case_') ? (
                <ResourceRef type="cases.case" id={basis} />
              ) : (
                shortId(basis)
              ),
          },
          {
            key: 'state',
            title: say('standing'),
            text: (grant) => say(state(grant).word),
            render: (grant) => (
              <StateTag state={state(grant).mark} label={say(state(grant).word)} />
            ),
          },
          {
            key: 'expires',
            title: say('expires'),
            text: ({ expiresAt }) => expiresAt ?? say('noEnd'),
            render: ({ expiresAt }) =>
              expiresAt === null ? say('noEnd') : <When at={expiresAt} />,
          },
          {
            key: 'granted',
            title: say('grantedAt'),
            text: ({ grantedAt }) => grantedAt,
            render: ({ grantedAt }) => <When at={grantedAt} />,
          },
          {
            key: 'sentence',
            title: say('sentence'),
            text: ({ sentence }) => pick(sentence),
            extra: true,
          },
        ]}
      />
    </>
  );
}
