import type * as z from 'zod';
import type { ModelPort } from '#modules/compute';
import type { PortView, TrialDetail, trial } from '../entities.ts';
import type { ModelState } from '../models/model-runner.ts';
import { datatypeOf } from '../oip/datatypes.ts';
import type { TrialRow, UsageSum } from './trial-store.ts';

/** Trials as operations show them. */

export function trialOf(row: TrialRow): z.output<typeof trial> {
  return {
    trialId: row.id,
    trial: true,
    name: row.name,
    ownerId: row.owner_id,
    repositoryId: row.repository_id,
    revisionDigest: row.revision_digest,
    revisionNumber: row.revision_number,
    path: row.path,
    state: row.state,
    reason: row.reason,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

export function portsOf(ports: readonly ModelPort[]): PortView[] {
  return ports.map(({ name, type, shape }) => ({ name, datatype: datatypeOf(type), shape }));
}

export function trialDetailOf(
  row: TrialRow,
  { state, problem }: { state: ModelState; problem: string | null },
  usage: UsageSum,
  mayWrite: boolean,
): TrialDetail {
  return {
    ...trialOf(row),
    sizeBytes: row.size_bytes,
    batchMax: row.batch_max,
    delayMs: row.delay_ms,
    process: state,
    problem,
    model: row.ports && {
      inputs: portsOf(row.ports.inputs),
      outputs: portsOf(row.ports.outputs),
    },
    endpoint: `/v2/models/${row.id}/infer`,
    usage: {
      ...{ calls: usage.calls, rows: usage.rows, callers: usage.callers },
      lastAt: usage.last?.toISOString() ?? null,
    },
    actions: [
      ...(row.state === 'open' ? ['call' as const] : []),
      ...(mayWrite && row.state !== 'ended' ? ['end' as const] : []),
      ...(mayWrite ? ['usage' as const] : []),
    ],
  };
}
