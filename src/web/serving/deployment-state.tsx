import type { Outputs } from '#web/contracts.ts';
import { formatInstant } from '#web/format.ts';
import { deploymentMarks } from '#web/governance/views.ts';
import { type Say, useWords } from '#web/i18n.ts';
import { StateTag } from '#web/ui/state-tag.tsx';
import { words } from './words.ts';

export type Deployment = Outputs['serving']['listDeployments']['items'][number];
export type DeploymentDetail = Outputs['serving']['getDeployment'];

export const deploymentStates = ['starting', 'running', 'stopped', 'failed', 'ended'] as const;

export function DeploymentState({ state }: Pick<Deployment, 'state'>) {
  const say = useWords(words);
  return <StateTag state={deploymentMarks[state]} label={say(state)} />;
}

/** Why it is in its state, as a sentence. */
export function whyOf(
  { state, reason, createdAt }: Pick<Deployment, 'state' | 'reason' | 'createdAt'>,
  say: Say<typeof words.pairs>,
): string {
  if (state === 'starting') return say('startingWhy');
  if (state === 'running') return say('runningWhy', { since: formatInstant(createdAt) });
  if (state === 'stopped') return say('stoppedWhy', { reason: reason ?? '' });
  if (state === 'ended') return say('endedWhy', { reason: reason ?? '' });
  return say(reason === 'rebuilt_differs' ? 'rebuilt_differs' : 'does_not_start');
}
