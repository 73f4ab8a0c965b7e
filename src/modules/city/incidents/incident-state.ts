import type { IncidentAction, IncidentState } from './incident-entities.ts';

/** The course of an incident, as a table: from which states each step may be taken, and where it leads. */
const steps = {
  acknowledge: { from: ['open'], to: 'acknowledged' },
  assign: { from: ['open', 'acknowledged', 'assigned'], to: 'assigned' },
  resolve: { from: ['open', 'acknowledged', 'assigned'], to: 'resolved' },
  close: { from: ['resolved'], to: 'closed' },
  reopen: { from: ['resolved', 'closed'], to: 'open' },
} as const satisfies Record<string, { from: readonly IncidentState[]; to: IncidentState }>;

export type IncidentStep = keyof typeof steps;

/** Where a step leads from a state; null where it cannot be taken. */
export function stateAfter(state: IncidentState, step: IncidentStep): IncidentState | null {
  const { from, to }: { from: readonly IncidentState[]; to: IncidentState } = steps[step];
  return from.includes(state) ? to : null;
}

/** Steps that somebody who handles incidents can take next. */
export function actionsIn(state: IncidentState): IncidentAction[] {
  const names: IncidentStep[] = ['acknowledge', 'assign', 'resolve', 'close', 'reopen'];
  const taken: IncidentAction[] = names.filter((step) => stateAfter(state, step) !== null);
  if (state === 'closed') return taken;
  return state === 'resolved' ? [...taken, 'comment'] : [...taken, 'comment', 'command'];
}
