import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { CityTabs } from './city-tabs.tsx';
import { ruleWords } from './rule-words.ts';
import { SeverityTag } from './severity-tag.tsx';
import { CitySignedIn } from './signed-in.tsx';
import { conditionText, type Rule, ruleMarks, ruleState } from './views.ts';

/** The rules that the reader may see, with how each does. */
export function RulesPage() {
  const say = useWords(ruleWords);
  const { account } = useSession();
  const works = account !== null && account.organisations.length > 0;
  return (
    <>
      <PageHead
        name={say('rules')}
        why={say('why')}
        main={
          works && (
            <ButtonLink kind="main" icon="plus" href="/city/rules/new">
              {say('create')}
            </ButtonLink>
          )
        }
      />
      <CityTabs />
      <CitySignedIn>
        <RuleList />
      </CitySignedIn>
    </>
  );
}

const states = ['active', 'paused'] as const;

function RuleList() {
  const api = useApi();
  const say = useWords(ruleWords);
  const pick = usePick();
  return (
    <DataList<Rule>
      name={say('rules')}
      count={(count) => say('count', { count })}
      queryKey={api.city.listRules.key()}
      rowKey={({ ruleId }) => ruleId}
      rowHref={({ ruleId }) => `/city/rules/${ruleId}`}
      topic="city.rule"
      searches
      filters={[
        {
          key: 'state',
          label: say('state'),
          single: true,
          options: states.map((value) => ({ value, label: say(value) })),
        },
      ]}
      load={({ filters, search, cursor, limit }) => {
        const state = oneOf(states, filters.state);
        return api.city.listRules.call({
          ...given({ limit, cursor, state, query: search }),
        });
      }}
      empty={
        <EmptyState
          what={say('none')}
          why={say('noneWhy')}
          next={<ButtonLink href="/city/rules/new">{say('create')}</ButtonLink>}
        />
      }
      columns={[
        { key: 'title', title: say('name'), text: ({ title }) => pick(title) },
        {
          key: 'state',
          title: say('state'),
          text: (rule) => say(ruleState(rule)),
          render: (rule) => (
            <StateTag state={ruleMarks[ruleState(rule)]} label={say(ruleState(rule))} />
          ),
        },
        {
          key: 'kind',
          title: say('kind'),
          text: ({ condition }) => say(condition.kind),
        },
        { key: 'condition', title: say('condition'), text: conditionText, extra: true },
        {
          key: 'severity',
          title: say('severity'),
          text: ({ severity }) => severity,
          render: ({ severity }) => <SeverityTag severity={severity} />,
        },
        {
          key: 'incidents',
          title: say('incidents'),
          text: ({ health }) => String(health.incidents),
          figures: true,
        },
        {
          key: 'rows',
          title: say('rows'),
          text: ({ health }) => String(health.rows),
          figures: true,
        },
        {
          key: 'owner',
          title: say('owner'),
          text: ({ ownerId }) => ownerId,
          render: ({ ownerId }) => <PartyName id={ownerId} />,
          extra: true,
        },
        {
          key: 'updatedAt',
          title: say('updatedAt'),
          text: ({ updatedAt }) => updatedAt,
          render: ({ updatedAt }) => <When at={updatedAt} />,
        },
      ]}
    />
  );
}
