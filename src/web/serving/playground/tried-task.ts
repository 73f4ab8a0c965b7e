import type { Trial, TrialDetail } from '../trial-view.tsx';
import { isServedTask, type TriedTask } from './served-tasks.ts';

/** What the playground needs of a trial; null where it does no task that can be drawn, or is not open. */
export function triedTaskOf(trial: Trial | TrialDetail): TriedTask | null {
  const { trialId, name, repositoryId, revisionDigest, path, runtime, task, state } = trial;
  if (runtime !== 'task' || state !== 'open' || !isServedTask(task)) return null;
  const process = 'process' in trial ? trial.process : null;
  return { trialId, name, repositoryId, revisionDigest, path, task, process };
}
