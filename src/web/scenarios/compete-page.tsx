import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useEnterAs } from '#web/layout/account-menu.tsx';
import { useLive } from '#web/live.ts';
import { actsAs } from '#web/session/session-of.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { CallStateTag } from './call-columns.tsx';
import { Competition } from './competition.tsx';
import './compete.css';
import { competeWords } from './compete-words.ts';
import './scenarios.css';
import type { CallView } from './views.ts';
import { words } from './words.ts';

/** Compete: a program that is there, one dial, one click, and the rank with its reason. */
export function CompetePage() {
  const api = useApi();
  const callId = useParameter('callId');
  const query = useQuery(api.scenarios.getCall.queryOptions({ input: { callId } }));
  const topic = query.data === undefined ? undefined : `scenarios.call/${callId}`;
  useLive(topic, api.scenarios.getCall.key());
  return <LoadedPage query={query}>{(call) => <Compete call={call} />}</LoadedPage>;
}

function Compete({ call }: { call: CallView }) {
  const say = useWords(competeWords);
  const pick = usePick();
  return (
    <>
      <PageHead
        name={say('title')}
        parent={{ name: pick(call.title), href: `/scenarios/calls/${call.callId}` }}
        state={<CallStateTag state={call.state} />}
        why={say('why')}
        {...(call.simulated === null ? {} : { note: <Note text={call.simulated} /> })}
      />
      <Gate call={call} />
    </>
  );
}

/** Says first what still stands in the way: a call that is not open, nobody signed in, the owner. */
function Gate({ call }: { call: CallView }) {
  const say = useWords(competeWords);
  const { account, known, personas } = useSession();
  const enterAs = useEnterAs();
  const vendor = personas.some(({ name }) => name === 'vendor');
  if (call.state !== 'open') return <NotOpen call={call} />;
  if (!known) return <Loading />;
  const enter = vendor ? (
    <Button kind="main" onClick={() => void enterAs('vendor')}>
      {say('enterVendor')}
    </Button>
  ) : (
    <SignInLink kind="main">{say('signIn')}</SignInLink>
  );
  if (account === null) {
    return <EmptyState what={say('whoFirst')} why={say('whoFirstWhy')} next={enter} />;
  }
  const party = actsAs(account).find(({ id }) => id !== call.ownerId);
  if (party === undefined) {
    return (
      <EmptyState
        what={say('ownerCannot')}
        why={say('ownerCannotWhy')}
        {...(vendor ? { next: enter } : {})}
      />
    );
  }
  return <Competition key={party.id} call={call} party={party} />;
}

/** Leads on to a call that is open, where there is one. */
function NotOpen({ call }: { call: CallView }) {
  const api = useApi();
  const say = useWords(competeWords);
  const sayState = useWords(words);
  const pick = usePick();
  const { data } = useQuery(
    api.scenarios.listCalls.queryOptions({ input: { state: 'open', limit: 1 } }),
  );
  useLive('scenarios.call', api.scenarios.listCalls.key());
  const other = data?.items[0];
  return (
    <EmptyState
      what={say('closed')}
      why={say('closedWhy', { state: sayState(call.state) })}
      next={
        <div className="state-actions">
          {other !== undefined && (
            <ButtonLink kind="main" href={`/scenarios/calls/${other.callId}/compete`}>
              {say('otherCall', { title: pick(other.title) })}
            </ButtonLink>
          )}
          <ButtonLink href={`/scenarios/calls/${call.callId}/leaderboard`}>
            {say('seeBoard')}
          </ButtonLink>
          <ButtonLink href="/scenarios/calls">{say('seeCalls')}</ButtonLink>
        </div>
      }
    />
  );
}
