import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { DataList } from '#web/ui/data-list.tsx';
import type { ListAddress } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { words as uiWords } from '#web/ui/words.ts';
import { CaseState } from './case-state.tsx';
import './cases.css';
import { type Scope, ScopeTabs, scopes } from './scope-tabs.tsx';
import { words } from './words.ts';

const noneOf = { decide: 'noneDecide', mine: 'noneMine', all: 'noneAll' } as const;

/** The cases that wait for the reader, those of their organisations, or all that they may see. */
export function CasesPage() {
  const say = useWords(words);
  const sayUi = useWords(uiWords);
  const { account, known } = useSession();
  const [asked] = useQueryParameter('scope');
  const scope = scopes.find((one) => one === asked) ?? (account?.roles.length ? 'decide' : 'mine');
  if (!known) return <Loading />;
  return (
    <>
      <PageHead name={say('cases')} why={say('casesWhy')} />
      {account === null ? (
        <EmptyState
          what={say('none')}
          why={say('strangerWhy')}
          next={<SignInLink>{sayUi('signIn')}</SignInLink>}
        />
      ) : (
        <>
          <ScopeTabs scope={scope} />
          <CaseList key={scope} scope={scope} />
        </>
      )}
    </>
  );
}

function CaseList({ scope }: { scope: Scope }) {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const load = ({ search, filters, cursor, limit }: ListAddress, signal: AbortSignal) => {
    const state = filters.state?.[0];
    return api.cases.listCases.call(
      {
        scope,
        limit,
        sort: filters.order?.[0] === 'newest' || scope !== 'decide' ? 'newest' : 'due',
        ...(search === '' ? {} : { query: search }),
        ...(state === 'open' || state === 'closed' ? { state } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      },
      { signal },
    );
  };
  return (
    <DataList
      name={say('cases')}
      count={(count) => say('count', { count })}
      queryKey={[...api.cases.listCases.key(), scope]}
      load={load}
      topic="cases.case"
      rowKey={({ caseId }) => caseId}
      rowHref={({ caseId }) => `/cases/${caseId}`}
      filters={[
        {
          key: 'state',
          label: say('state'),
          single: true,
          options: [
            { value: 'open', label: say('open') },
            { value: 'closed', label: say('closed') },
          ],
        },
        ...(scope === 'decide'
          ? [
              {
                key: 'order',
                label: say('order'),
                single: true,
                options: [{ value: 'newest', label: say('orderNewest') }],
              },
            ]
          : []),
      ]}
      columns={[
        { key: 'title', title: say('title'), text: ({ title }) => pick(title) },
        {
          key: 'procedure',
          title: say('procedure'),
          text: ({ procedureTitle }) => pick(procedureTitle),
        },
        {
          key: 'state',
          title: say('state'),
          text: ({ state, outcome }) => say(outcome ?? state),
          render: (row) => <CaseState {...row} />,
        },
        {
          key: 'step',
          title: say('step'),
          text: ({ stepTitle }) => (stepTitle === null ? '–' : pick(stepTitle)),
        },
        {
          key: 'due',
          title: say('due'),
          text: ({ dueAt }) => (dueAt === null ? '–' : formatInstant(dueAt)),
          render: ({ dueAt, overdue }) =>
            dueAt === null ? (
              '–'
            ) : (
              <span className="due">
                <When at={dueAt} />
                {overdue && <strong className="due-over">{say('overdue')}</strong>}
              </span>
            ),
        },
        { key: 'owner', title: say('owner'), text: ({ ownerName }) => ownerName },
        {
          key: 'objections',
          title: say('objectionsOpen'),
          text: ({ objectionsOpen }) => String(objectionsOpen),
          figures: true,
          extra: true,
        },
        {
          key: 'opened',
          title: say('opened'),
          text: ({ openedAt }) => formatInstant(openedAt),
          render: ({ openedAt }) => <When at={openedAt} />,
          extra: true,
        },
      ]}
      empty={<EmptyState what={say('none')} why={say(noneOf[scope])} />}
    />
  );
}
