import type { Outputs } from '#web/contracts.ts';
import type { State } from '#web/ui/state-tag.tsx';

export type Assessment = Outputs['governance']['getAssessment'];
export type AssessmentRow = Outputs['governance']['listAssessments']['items'][number];
export type Approval = Outputs['governance']['getApproval'];
export type ApprovalRow = Outputs['governance']['listApprovals']['items'][number];
export type StopRow = Outputs['governance']['listStops']['items'][number];
export type Watch = Outputs['governance']['getWatch'];
export type WarningRow = Outputs['governance']['listWarnings']['items'][number];
export type Deployment = Outputs['serving']['listDeployments']['items'][number];
export type Tier = AssessmentRow['tier'];

export const tiers = ['minimal', 'limited', 'high', 'prohibited'] as const;
export const automations = ['advisory', 'confirmed', 'automatic'] as const;
export const approvalStates = ['requested', 'approved', 'refused', 'withdrawn'] as const;

/** An approval's state as a reader sees it: an approval whose certificate has ended has expired. */
export function approvalState(
  row: Pick<ApprovalRow, 'state' | 'validUntil'>,
  nowMs: number,
): ApprovalRow['state'] | 'expired' {
  return row.state === 'approved' && Date.parse(row.validUntil) <= nowMs ? 'expired' : row.state;
}

export const approvalMarks: Record<ReturnType<typeof approvalState>, State> = {
  requested: 'waiting',
  approved: 'done',
  refused: 'failed',
  withdrawn: 'stopped',
  expired: 'expired',
};

export const deploymentMarks: Record<Deployment['state'], State> = {
  starting: 'waiting',
  running: 'running',
  stopped: 'stopped',
  failed: 'failed',
  ended: 'expired',
};

/** The page of what was stopped. */
export function targetHref({ type, id }: StopRow['target']): string {
  if (type === 'city.rule') return `/city/rules/${id}`;
  return type === 'city.thing' ? `/city/things/${id}` : `/serving/deployments/${id}`;
}
