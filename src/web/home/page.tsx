import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { HomeView } from '#contract/scenarios';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive, useLiveState } from '#web/live.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { EnterAs } from './enter-as.tsx';
import './home.css';
import { Invitations } from './invitations.tsx';
import { LiveSteps } from './live-steps.tsx';
import { NextForYou } from './next-for-you.tsx';
import { Numbers } from './numbers.tsx';
import { RunningServices } from './running-services.tsx';
import { Steps } from './steps.tsx';
import { words } from './words.ts';

const Districts = lazy(async () => ({ default: (await import('./districts.tsx')).Districts }));

const pollMs = 5_000;

/** The loop while it runs: steps, numbers, districts, and three invitations to try it. */
export function HomePage() {
  const api = useApi();
  const say = useWords(words);
  const live = useLiveState();
  const query = useQuery(
    api.scenarios.home.queryOptions({
      input: {},
      refetchInterval: live === 'open' ? false : pollMs,
    }),
  );
  useLive('home', api.scenarios.home.key());
  const callId = query.data?.scenario?.callId ?? null;
  return (
    <>
      <PageHead
        name={say('title')}
        why={query.data?.scenario ? <Running view={query.data} /> : say('emptyWhy')}
      />
      <NextForYou openCallId={query.data?.openCallId ?? null} />
      <RunningServices />
      <Loaded query={query} lines={8}>
        {(view) => (
          <div className="home">
            <div className="home-loop">
              {callId === null ? <NoScenario /> : <Steps steps={view.steps} callId={callId} />}
              <Suspense fallback={<div className="districts" />}>
                <Districts counts={view.districts} />
              </Suspense>
            </div>
            {callId !== null && <LiveSteps />}
            {view.numbers.length > 0 && <Numbers view={view} />}
          </div>
        )}
      </Loaded>
      <Invitations callId={query.data?.openCallId ?? null} />
      <EnterAs />
    </>
  );
}

/** A fresh platform says who takes the first step, and leads there. */
function NoScenario() {
  const say = useWords(words);
  const { account } = useSession();
  const works = account !== null && account.organisations.length > 0;
  const next = works
    ? { href: '/scenarios/new', words: say('describeScenario') }
    : account === null
      ? { href: '/sign-in?to=/', words: say('noneSignIn') }
      : { href: '/scenarios', words: say('noneNext') };
  return (
    <EmptyState
      what={say('none')}
      why={say('noneWhy')}
      next={
        <ButtonLink kind={works ? 'main' : 'plain'} href={next.href}>
          {next.words}
        </ButtonLink>
      }
    />
  );
}

function Running({ view }: { view: HomeView }) {
  const say = useWords(words);
  const pick = usePick();
  const { scenario, simulated } = view;
  if (scenario === null) return null;
  return (
    <>
      <span className="home-running">
        {say('running', { title: pick(scenario.title), owner: scenario.ownerName })}{' '}
        {simulated && <Note text={simulated} />}
      </span>
      {say('runningWhy')}
    </>
  );
}
