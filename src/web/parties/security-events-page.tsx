import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { auditWords } from './audit-words.ts';
import { PartiesTabs } from './parties-tabs.tsx';
import { PartyName } from './party-name.tsx';
import { words } from './words.ts';

type SecurityEvent = Outputs['parties']['listSecurityEvents']['items'][number];

const kinds = [
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'password_changed',
  'password_issued',
  'second_factor_enabled',
  'second_factor_disabled',
  'sessions_revoked',
  'registered',
  'key_created',
  'key_revoked',
  'role_appointed',
  'role_dismissed',
  'suspended',
  'restored',
] as const;
const isKind = (kind: string): kind is (typeof kinds)[number] =>
  kinds.some((known) => known === kind);

/** Sign-ins and changes of accounts, for auditors. */
export function SecurityEventsPage() {
  const api = useApi();
  const say = useWords(auditWords);
  const parties = useWords(words);
  const kindText = (kind: string) => (isKind(kind) ? say(kind) : kind);
  return (
    <>
      <PageHead
        name={say('eventsTitle')}
        parent={{ name: parties('title'), href: '/parties' }}
        why={say('eventsWhy')}
      />
      <PartiesTabs />
      <DataList<SecurityEvent>
        name={say('eventsTitle')}
        searches={false}
        count={(count) => say('eventsCount', { count })}
        queryKey={api.parties.listSecurityEvents.key()}
        rowKey={({ id }) => id}
        filters={[
          {
            key: 'kind',
            label: say('event'),
            single: true,
            options: kinds.map((value) => ({ value, label: say(value) })),
          },
        ]}
        load={({ filters, cursor, limit }) => {
          const kind = filters.kind?.[0];
          return api.parties.listSecurityEvents.call({
            ...given({ limit, cursor, kind }),
          });
        }}
        empty={<EmptyState what={say('eventsNone')} why={say('eventsNoneWhy')} />}
        columns={[
          { key: 'event', title: say('event'), text: ({ kind }) => kindText(kind) },
          {
            key: 'party',
            title: say('party'),
            text: ({ partyId }) => partyId ?? '',
            render: ({ partyId }) => (partyId === null ? '' : <PartyName id={partyId} />),
          },
          {
            key: 'actor',
            title: say('actor'),
            text: ({ actor }) => actor,
            render: ({ actor }) => <PartyName id={actor} />,
          },
          { key: 'address', title: say('address'), text: ({ address }) => address ?? '' },
          {
            key: 'detail',
            title: say('detail'),
            text: ({ detail }) =>
              Object.values(detail)
                .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
                .join(' '),
          },
          {
            key: 'when',
            title: say('when'),
            text: ({ happenedAt }) => happenedAt,
            render: ({ happenedAt }) => <When at={happenedAt} />,
          },
        ]}
      />
    </>
  );
}
