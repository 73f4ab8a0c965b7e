import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { type State, StateTag } from '#web/ui/state-tag.tsx';
import { trialWords } from './trial-words.ts';

export type Trial = Outputs['serving']['listTrials']['items'][number];
export type TrialDetail = Outputs['serving']['getTrial'];

const marks: Record<Trial['state'], State> = {
  open: 'running',
  stopped: 'stopped',
  ended: 'expired',
};

/** The state of a trial, which says first that it is one. */
export function TrialState({ state }: Pick<Trial, 'state'>) {
  const say = useWords(trialWords);
  return <StateTag state={marks[state]} label={`${say('trial')} · ${say(state)}`} />;
}

export const trialHref = (trialId: string): string => `/serving/deployments/${trialId}`;
