import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { toProblem } from '#web/problem.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import type { ListAddress } from '#web/ui/list-address.ts';
import { Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateMark } from '#web/ui/state-tag.tsx';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { words as uiWords } from '#web/ui/words.ts';
import './inbox.css';
import { words } from './words.ts';

/** What waits for whoever is here: cases to decide first, then their notices. */
export function InboxPage() {
  const say = useWords(words);
  const sayUi = useWords(uiWords);
  const { account, known } = useSession();
  if (!known) return <Loading />;
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('why')}
        {...(account === null
          ? {}
          : { main: <ButtonLink href="/notices/settings">{say('settings')}</ButtonLink> })}
      />
      {account === null ? (
        <EmptyState
          what={say('stranger')}
          why={say('strangerWhy')}
          next={<SignInLink>{sayUi('signIn')}</SignInLink>}
        />
      ) : (
        <div className="inbox">
          <ToDecide />
          <Notices accountId={account.id} />
        </div>
      )}
    </>
  );
}

const casesShown = 10;

function ToDecide() {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const { data } = useQuery(
    api.cases.listCases.queryOptions({
      input: { scope: 'decide', state: 'open', sort: 'due', limit: casesShown },
    }),
  );
  useLive('cases.case', api.cases.listCases.key());
  if (data === undefined) return <Loading lines={2} />;
  return (
    <Section
      title={say('toDecide')}
      action={
        <ButtonLink kind="quiet" icon="forward" href="/cases?scope=decide">
          {say('allCases')}
        </ButtonLink>
      }
    >
      {data.items.length === 0 && <p className="inbox-none">{say('nothingToDecide')}</p>}
      <ul className="inbox-cases">
        {data.items.map(({ caseId, title, stepTitle, dueAt }) => (
          <li key={caseId}>
            <StateMark state="waiting" />
            <To href={`/cases/${caseId}`}>
              {stepTitle === null ? '' : `${pick(stepTitle)} · `}
              {pick(title)}
            </To>
            {dueAt !== null && <span>{say('due', { at: formatInstant(dueAt) })}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Notices({ accountId }: { accountId: string }) {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const announce = useAnnounce();
  const queries = useQueryClient();
  const read = useMutation(
    api.notices.markRead.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.notices.key() }),
    }),
  );
  const load = ({ filters, cursor, limit }: ListAddress, signal: AbortSignal) =>
    api.notices.listNotices.call(
      {
        limit,
        ...(filters.state?.[0] === 'unread' ? { unread: true } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      },
      { signal },
    );
  const markAll = () =>
    read.mutateAsync({}).then(
      () => announce(say('allRead')),
      (error: unknown) => announce(toProblem(error).message),
    );
  return (
    <>
      <div className="inbox-head">
        <h2>{say('notices')}</h2>
        <Button icon="check" busy={read.isPending} onClick={() => void markAll()}>
          {say('markAll')}
        </Button>
      </div>
      <DataList
        name={say('notices')}
        count={(count) => say('count', { count })}
        queryKey={api.notices.listNotices.key()}
        load={load}
        topic={`notices.inbox/${accountId}`}
        searches={false}
        rowKey={({ id }) => id}
        filters={[
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: [{ value: 'unread', label: say('unread') }],
          },
        ]}
        columns={[
          {
            key: 'notice',
            title: say('notice'),
            text: ({ title, body }) => `${pick(title)} ${pick(body)}`,
            render: ({ id, title, body, link, readAt }) => (
              <span className="inbox-notice" data-unread={readAt === null || undefined}>
                <To
                  href={link}
                  onClick={() => {
                    if (readAt === null) read.mutate({ noticeIds: [id] });
                  }}
                >
                  {pick(title)}
                </To>
                <small>{pick(body)}</small>
              </span>
            ),
          },
          {
            key: 'state',
            title: say('state'),
            text: ({ readAt }) => say(readAt === null ? 'unread' : 'read'),
          },
          {
            key: 'at',
            title: say('at'),
            text: ({ createdAt }) => formatInstant(createdAt),
            render: ({ createdAt }) => <When at={createdAt} />,
          },
        ]}
        empty={<EmptyState what={say('none')} why={say('noneWhy')} />}
      />
    </>
  );
}
