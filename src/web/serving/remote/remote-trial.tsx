import { lazy, Suspense } from 'react';
import { useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { Loading } from '#web/ui/states.tsx';
import type { TrialDetail } from '../trial-view.tsx';
import { remoteWords } from './remote-words.ts';

const LoadedCalls = lazy(async () => ({
  default: (await import('./remote-calls.tsx')).RemoteCalls,
}));

type Of = { trial: TrialDetail };

/** Whether a trial is called in OpenAI's form alone, with no tensors to show. */
export function speaksOpenai({ remote }: TrialDetail): boolean {
  return remote?.protocol === 'openai';
}

/** That data leave the platform, and to whom: before anything on the page that could be sent. */
export function RemoteMark({ trial: { remote } }: Of) {
  const say = useWords(remoteWords);
  if (remote === null) return null;
  const { origin, model } = remote;
  return (
    <Section title={say('elsewhere')}>
      <p className="serving-elsewhere">{say('elsewhereWhy', { origin, model })}</p>
    </Section>
  );
}

/** A place to try it and how to call it; loaded by itself, as few trials are of this kind. */
export function RemoteCalls({ trial }: Of) {
  return (
    <Suspense fallback={<Loading />}>
      <LoadedCalls trial={trial} />
    </Suspense>
  );
}

type Row = readonly [string, string];

/** Where it runs, and its tokens, as rows of the trial's properties. */
export function useRemoteRows({ remote, usage }: TrialDetail): Row[] {
  const say = useWords(remoteWords);
  const { tokensIn, tokensOut, tokensEstimated } = usage;
  const counted = say('tokensCount', { read: tokensIn, written: tokensOut });
  const estimated = tokensEstimated > 0 ? ` · ${say('estimated', { count: tokensEstimated })}` : '';
  return [
    ...(remote === null ? [] : [[say('runsAt'), remote.origin] as const]),
    ...(tokensIn + tokensOut === 0 ? [] : [[say('tokens'), `${counted}${estimated}`] as const]),
  ];
}
