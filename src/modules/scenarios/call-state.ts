/**
 * The states of a call. Preparation: `draft`, `approval`, `scheduled`. Competition: `open`, then `closed` while the
 * last evaluations end. Award: `review`, `notice`, `decision` as the steps of its case. Ends: `awarded`, `stopped`.
 */
export const callStates = [
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
] as const;
export type CallState = (typeof callStates)[number];

/** What moves a call. `review`, `notice` and `decision` say to which step its award case has come. */
export const callEvents = [
  'request',
  'approve',
  'return',
  'open',
  'close',
  'review',
  'notice',
  'decision',
  'award',
  'stop',
] as const;
export type CallEvent = (typeof callEvents)[number];

const transitions: Record<CallEvent, { from: readonly CallState[]; to: CallState }> = {
  request: { from: ['draft'], to: 'approval' },
  approve: { from: ['approval'], to: 'scheduled' },
  return: { from: ['approval'], to: 'draft' },
  open: { from: ['scheduled'], to: 'open' },
  close: { from: ['open'], to: 'closed' },
  // An upheld objection returns the case from the notice to the review.
  review: { from: ['closed', 'notice'], to: 'review' },
  notice: { from: ['review', 'decision'], to: 'notice' },
  decision: { from: ['notice'], to: 'decision' },
  award: { from: ['decision'], to: 'awarded' },
  stop: {
    from: ['draft', 'approval', 'scheduled', 'open', 'closed', 'review', 'notice', 'decision'],
    to: 'stopped',
  },
};

/** The state after an event, or null where the event does not belong to the state. */
export function stateAfter(state: CallState, event: CallEvent): CallState | null {
  const { from, to } = transitions[event];
  return from.includes(state) ? to : null;
}

/** Whether everybody may read a call in this state. */
export function isPublished(state: CallState): boolean {
  return !['draft', 'approval', 'scheduled'].includes(state);
}

/** Whether nothing moves a call out of this state. */
export function isFinal(state: CallState): boolean {
  return state === 'awarded' || state === 'stopped';
}
