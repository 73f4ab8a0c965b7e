import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive, useLiveState } from '#web/live.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { EnterAs } from './enter-as.tsx';
import './home.css';
import type { HomeView } from './home-view.ts';
import { Invitations } from './invitations.tsx';
import { Numbers } from './numbers.tsx';
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
    api.shell.home.queryOptions({ refetchInterval: live === 'open' ? false : pollMs }),
  );
  useLive('home', api.shell.home.key());
  return (
    <>
      <PageHead
        name={say('title')}
        why={query.data?.scenario ? <Running view={query.data} /> : say('runningWhy')}
      />
      <Loaded query={query} lines={8}>
        {(view) => (
          <div className="home">
            <div className="home-loop">
              {view.scenario === null ? (
                <EmptyState
                  what={say('none')}
                  why={say('noneWhy')}
                  next={<ButtonLink href="/scenarios">{say('noneNext')}</ButtonLink>}
                />
              ) : (
                <Steps steps={view.steps} scenarioId={view.scenario.id} />
              )}
              <Suspense fallback={<div className="districts" />}>
                <Districts counts={view.districts} />
              </Suspense>
            </div>
            {view.numbers.length > 0 && <Numbers view={view} />}
          </div>
        )}
      </Loaded>
      <Invitations />
      <EnterAs />
    </>
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
        {simulated && <Note kind="replayed" />}
      </span>
      {say('runningWhy')}
    </>
  );
}
