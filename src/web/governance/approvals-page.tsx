import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { ApprovalState, stateWords } from './approval-state.tsx';
import { GovernanceTabs } from './governance-tabs.tsx';
import { TierTag } from './tier-tag.tsx';
import { type ApprovalRow, approvalState, approvalStates } from './views.ts';
import { words } from './words.ts';

/** The approvals that the reader may see; those that were given are public. */
export function ApprovalsPage() {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  return (
    <>
      <PageHead name={say('approvals')} why={say('approvalsWhy')} />
      <GovernanceTabs />
      <DataList<ApprovalRow>
        name={say('approvals')}
        count={(count) => say('approvalCount', { count })}
        queryKey={api.governance.listApprovals.key()}
        rowKey={({ approvalId }) => approvalId}
        rowHref={({ approvalId }) => `/governance/approvals/${approvalId}`}
        topic="governance.approval"
        searches={false}
        filters={[
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: approvalStates.map((value) => ({ value, label: say(stateWords[value]) })),
          },
        ]}
        load={({ filters, cursor, limit }) => {
          const state = oneOf(approvalStates, filters.state);
          return api.governance.listApprovals.call({
            ...given({ limit, cursor, state }),
          });
        }}
        empty={
          <EmptyState
            what={say('approvalNone')}
            why={say('approvalNoneWhy')}
            next={<ButtonLink href="/governance">{say('approvalNoneNext')}</ButtonLink>}
          />
        }
        columns={[
          { key: 'purpose', title: say('purpose'), text: ({ purpose }) => purpose },
          {
            key: 'state',
            title: say('state'),
            text: (row) => say(stateWords[approvalState(row, Date.now())]),
            render: (row) => <ApprovalState approval={row} />,
          },
          {
            key: 'tier',
            title: say('tier'),
            text: ({ tier }) => say(tier),
            render: ({ tier }) => <TierTag tier={tier} />,
          },
          { key: 'certificate', title: say('certificate'), text: ({ title }) => pick(title) },
          { key: 'owner', title: say('owner'), text: ({ ownerName }) => ownerName },
          {
            key: 'automation',
            title: say('automation'),
            text: ({ automation }) => say(automation),
          },
          {
            key: 'validUntil',
            title: say('validUntil'),
            text: ({ validUntil }) => validUntil,
            render: ({ validUntil }) => <When at={validUntil} />,
          },
          {
            key: 'requestedAt',
            title: say('requestedAt'),
            text: ({ requestedAt }) => requestedAt,
            render: ({ requestedAt }) => <When at={requestedAt} />,
            extra: true,
          },
        ]}
      />
    </>
  );
}
