import type * as z from 'zod';
import type { TrialRow } from '../trials/trial-store.ts';
import type {
  EndpointDetail,
  endpoint,
  ModelLive,
  TrafficCounts,
  TrafficTerms,
  trafficChange,
} from './endpoint-entities.ts';
import type { KnownEndpoint } from './endpoint-names.ts';
import type { EndpointRow, TrafficRow } from './endpoint-store.ts';

/** Endpoints as operations show them. */

type TrafficColumns = Pick<
  TrafficRow,
  'primary_trial' | 'canary_trial' | 'canary_percent' | 'shadow_trial' | 'shadow_percent'
>;

export function termsOf(row: TrafficColumns): TrafficTerms {
  const share = (trialId: string | null, percent: number) =>
    trialId === null ? null : { trialId, percent };
  return {
    primary: row.primary_trial,
    canary: share(row.canary_trial, row.canary_percent),
    shadow: share(row.shadow_trial, row.shadow_percent),
  };
}

export function sameTerms(left: TrafficTerms, right: TrafficTerms): boolean {
  const textOf = ({ primary, canary, shadow }: TrafficTerms) =>
    JSON.stringify([primary, ...[canary, shadow].flatMap((one) => [one?.trialId, one?.percent])]);
  return textOf(left) === textOf(right);
}

export function endpointOf(row: EndpointRow): z.output<typeof endpoint> {
  return {
    endpointId: row.id,
    name: row.name,
    repositoryId: row.repository_id,
    ownerId: row.owner_id,
    state: row.state,
    reason: row.end_reason,
    version: row.version,
    traffic: termsOf(row),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

type Shown = {
  counts: TrafficCounts;
  before: TrafficRow | null;
  liveOf: (trial: TrialRow) => ModelLive;
  mayWrite: boolean;
};

export function endpointDetailOf(
  { row, primary, canary, shadow }: KnownEndpoint,
  { counts, before, liveOf, mayWrite }: Shown,
): EndpointDetail {
  const one = (side: 'primary' | 'canary' | 'shadow', trial: TrialRow) => ({
    ...{ trialId: trial.id, side, name: trial.name, revisionNumber: trial.revision_number },
    ...{ state: trial.state, live: liveOf(trial) },
  });
  const isOpen = row.state === 'open';
  return {
    ...endpointOf(row),
    trials: [
      one('primary', primary),
      ...(canary ? [one('canary', canary.trial)] : []),
      ...(shadow ? [one('shadow', shadow.trial)] : []),
    ],
    counts,
    path: primary.runtime === 'task' ? `/v1/tasks/${row.id}` : `/v2/models/${row.id}/infer`,
    rollbackTo: before && termsOf(before),
    actions: [
      ...(isOpen && primary.state === 'open' ? ['call' as const] : []),
      ...(isOpen && mayWrite ? ['change' as const] : []),
      ...(isOpen && mayWrite && before ? ['rollback' as const] : []),
      ...(mayWrite ? ['scale' as const] : []),
      ...(isOpen && mayWrite ? ['end' as const] : []),
    ],
  };
}

export function trafficChangeOf(row: TrafficRow): z.output<typeof trafficChange> {
  return {
    version: row.version,
    traffic: termsOf(row),
    rolledBackTo: row.rolled_back_to,
    reason: row.reason,
    changedBy: row.changed_by,
    changedAt: row.changed_at.toISOString(),
  };
}
