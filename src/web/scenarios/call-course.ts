import type { State } from '#web/ui/state-tag.tsx';
import type { CallView } from './views.ts';

/** How a call stands on a page: the mark of its state, and which sentence says why. Pure. */

export type CallState = CallView['state'];

const marks: Record<CallState, State> = {
  draft: 'draft',
  approval: 'waiting',
  scheduled: 'waiting',
  open: 'running',
  closed: 'running',
  review: 'waiting',
  notice: 'running',
  decision: 'waiting',
  awarded: 'done',
  stopped: 'stopped',
};

export const callMark = (state: CallState): State => marks[state];

/** The states that readers choose from in a list, in the order of the loop. */
export const callStatesShown = [
  'draft',
  'approval',
  'scheduled',
  'open',
  'closed',
  'review',
  'notice',
  'decision',
  'awarded',
  'stopped',
] as const satisfies readonly CallState[];

type SubmissionState = 'evaluating' | 'scored' | 'failed' | 'withdrawn';

const submissionMarks: Record<SubmissionState, State> = {
  evaluating: 'running',
  scored: 'done',
  failed: 'failed',
  withdrawn: 'stopped',
};

export const submissionMark = (state: SubmissionState): State => submissionMarks[state];
