import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { GovernanceTabs } from './governance-tabs.tsx';
import { TierTag } from './tier-tag.tsx';
import { type AssessmentRow, tiers } from './views.ts';
import { words } from './words.ts';

/** The assessments that the reader may see. */
export function GovernancePage() {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const { account } = useSession();
  const works = account !== null && account.organisations.length > 0;
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('why')}
        main={
          works && (
            <ButtonLink kind="main" icon="plus" href="/governance/assess">
              {say('assess')}
            </ButtonLink>
          )
        }
      />
      <GovernanceTabs />
      <DataList<AssessmentRow>
        name={say('assessments')}
        count={(count) => say('count', { count })}
        queryKey={api.governance.listAssessments.key()}
        rowKey={({ assessmentId }) => assessmentId}
        rowHref={({ assessmentId }) => `/governance/assessments/${assessmentId}`}
        topic="governance.assessment"
        searches={false}
        filters={[
          {
            key: 'tier',
            label: say('tier'),
            single: true,
            options: tiers.map((value) => ({ value, label: say(value) })),
          },
        ]}
        load={({ filters, cursor, limit }) => {
          const tier = oneOf(tiers, filters.tier);
          return api.governance.listAssessments.call({
            ...given({ limit, cursor, tier }),
          });
        }}
        empty={
          <EmptyState
            what={say('none')}
            why={say('noneWhy')}
            next={<ButtonLink href="/certificates">{say('noneNext')}</ButtonLink>}
          />
        }
        columns={[
          { key: 'use', title: say('use'), text: ({ use }) => use },
          {
            key: 'tier',
            title: say('tier'),
            text: ({ tier }) => say(tier),
            render: ({ tier }) => <TierTag tier={tier} />,
          },
          { key: 'certificate', title: say('certificate'), text: ({ title }) => pick(title) },
          { key: 'owner', title: say('owner'), text: ({ ownerName }) => ownerName },
          {
            key: 'visible',
            title: say('visible'),
            text: ({ published }) => say(published ? 'published' : 'unpublished'),
            extra: true,
          },
          {
            key: 'assessedAt',
            title: say('assessedAt'),
            text: ({ assessedAt }) => assessedAt,
            render: ({ assessedAt }) => <When at={assessedAt} />,
          },
        ]}
      />
    </>
  );
}
