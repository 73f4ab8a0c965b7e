import { Failure } from '#kernel/errors.ts';

/** What an answer that did not come means for its case and its measurement. */
export type AnswerFault =
  /** The algorithm gave no answer to this case: it counts as wrong, under this code. */
  | { of: 'case'; code: string }
  /** Ask again after so long. */
  | { of: 'moment'; seconds: number }
  /** There is nothing more to ask. */
  | { of: 'trial'; code: 'trial_ended' | 'trial_stopped' | 'model_not_loaded' }
  /** Of the platform: the measurement is begun again where it stood. */
  | { of: 'platform' };

const WAIT_SECONDS_MAX = 30;

const ends: Readonly<Record<string, Extract<AnswerFault, { of: 'trial' }>['code']>> = {
  'serving.trial_ended': 'trial_ended',
  'serving.model_missing': 'trial_ended',
  'serving.stopped': 'trial_stopped',
  'serving.model_not_loaded': 'model_not_loaded',
};
/** Said of the platform or a moment by their category, and the algorithm's own doing all the same. */
const ownDoing = new Set(['serving.model_failed', 'serving.model_timeout']);

export function answerFault(error: unknown): AnswerFault {
  if (!(error instanceof Failure)) return { of: 'platform' };
  const end = ends[error.code];
  if (end) return { of: 'trial', code: end };
  if (ownDoing.has(error.code) || error.category === 'invalid') {
    return { of: 'case', code: error.code };
  }
  if (error.category !== 'limited') return { of: 'platform' };
  const { seconds } = error.data;
  const wait = typeof seconds === 'number' ? seconds : 1;
  return { of: 'moment', seconds: Math.min(Math.max(wait, 0.1), WAIT_SECONDS_MAX) };
}
