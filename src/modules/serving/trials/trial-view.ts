import type * as z from 'zod';
import type { ModelPort } from '#modules/compute';
import type { ModelLive } from '../endpoints/endpoint-entities.ts';
import type { PortView, TrialDetail, trial } from '../entities.ts';
import type { ModelState } from '../models/model-runner.ts';
import { datatypeOf } from '../oip/datatypes.ts';
import type { RemoteSpec } from '../remotes/remote-spec.ts';
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
    runtime: row.runtime,
    task: row.task,
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

function remoteViewOf({ protocol, url, model }: RemoteSpec) {
  return { protocol, origin: new URL(url).origin, model };
}

/** The path of its calls. */
function endpointOf({ id, runtime, task, remote }: TrialRow): string {
  if (runtime === 'task') return `/v1/tasks/${id}`;
  if (remote?.protocol !== 'openai') return `/v2/models/${id}/infer`;
  return task === 'feature-extraction' ? '/v1/embeddings' : '/v1/chat/completions';
}

export function trialDetailOf(
  row: TrialRow,
  { state, problem, live }: { state: ModelState; problem: string | null; live: ModelLive },
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
    live,
    model: row.ports && {
      inputs: portsOf(row.ports.inputs),
      outputs: portsOf(row.ports.outputs),
    },
    remote: row.remote && remoteViewOf(row.remote),
    endpoint: endpointOf(row),
    usage: {
      ...{ calls: usage.calls, rows: usage.rows, callers: usage.callers },
      ...{ tokensIn: usage.tokensIn, tokensOut: usage.tokensOut },
      tokensEstimated: usage.tokensEstimated,
      lastAt: usage.last?.toISOString() ?? null,
    },
    actions: [
      ...(row.state === 'open' ? ['call' as const] : []),
      ...(mayWrite && row.state !== 'ended' ? ['end' as const] : []),
      ...(mayWrite ? ['usage' as const] : []),
    ],
  };
}
