import type { Outputs } from '#web/contracts.ts';
import type { State } from '#web/ui/state-tag.tsx';

export type Incident = Outputs['city']['listIncidents']['items'][number];
export type IncidentDetail = Outputs['city']['getIncident'];
export type Rule = Outputs['city']['getRule'];
export type Command = Outputs['city']['getCommand'];
export type CityMap = Outputs['city']['getMap'];
export type Overview = Outputs['city']['mapOverview'];
export type Severity = Incident['severity'];

export const severities = ['critical', 'major', 'minor', 'info'] as const;
export const incidentStates = ['open', 'acknowledged', 'assigned', 'resolved', 'closed'] as const;
export const commandStates = [
  'proposed',
  'confirmed',
  'sent',
  'delivered',
  'done',
  'failed',
  'expired',
  'refused',
] as const;

export const incidentMarks: Readonly<Record<Incident['state'], State>> = {
  open: 'waiting',
  acknowledged: 'running',
  assigned: 'running',
  resolved: 'done',
  closed: 'done',
};

export const commandMarks: Readonly<Record<Command['state'], State>> = {
  proposed: 'waiting',
  confirmed: 'running',
  sent: 'running',
  delivered: 'running',
  done: 'done',
  failed: 'failed',
  expired: 'expired',
  refused: 'failed',
};

/** The mark and word of a rule: stopped before all, then standing still, then paused. Pure. */
export function ruleState(
  rule: Pick<Rule, 'stopped' | 'state' | 'health'>,
): 'stopped' | 'standing' | 'paused' | 'active' {
  if (rule.stopped) return 'stopped';
  if (rule.state === 'paused') return 'paused';
  return rule.health.error === null ? 'active' : 'standing';
}

export const ruleMarks: Readonly<Record<ReturnType<typeof ruleState>, State>> = {
  stopped: 'stopped',
  standing: 'failed',
  paused: 'draft',
  active: 'running',
};

/** What a rule looks for, as its author would write it. Pure. */
export function conditionText({ condition }: Pick<Rule, 'condition'>): string {
  if (condition.kind === 'expression') return condition.expression;
  if (condition.kind === 'deployment') return condition.deploymentId;
  return `${condition.property} ${signs[condition.operator]} ${condition.value}`;
}

const signs = { above: '>', at_least: '≥', below: '<', at_most: '≤' } as const;

/** Parameters as `speed = 2`; empty for none. Pure. */
export function parametersText(parameters: Command['parameters']): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}`)
    .join(' · ');
}
