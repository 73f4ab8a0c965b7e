import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { servingErrors } from '../errors.ts';
import { readTrial } from '../trials/trial-store.ts';
import type { TrafficTerms } from './endpoint-entities.ts';
import * as store from './endpoint-store.ts';
import { sameTerms, termsOf } from './endpoint-view.ts';
import type { EndpointUses } from './endpoints.ts';

type Change = {
  endpointId: string;
  /** What the asker saw: a change that was made meanwhile is not overwritten. */
  version: number;
  reason: string;
  /** The new traffic, which was checked; or that before the last change. */
  to: TrafficTerms | 'before';
};

/**
 * Changes where calls go, if nobody has meanwhile. By the time it resolves no call of this server that begins goes by the old traffic;
 * on other servers within a second. The same change of the same person, sent again, changes nothing. Throws `serving.endpoint_ended`,
 * `traffic_changed`, `nothing_before`, `traffic_refused`.
 */
export async function changeTraffic(
  { endpointId, version, reason, to }: Change,
  { kernel, calls }: Pick<EndpointUses, 'kernel' | 'calls'>,
  call: Call,
): Promise<void> {
  const { db, clock, facts, live } = kernel;
  const by = call.principal.id;
  await db.transaction(async (tx) => {
    const row = await store.lockEndpoint(tx, endpointId);
    if (!row) throw kernelErrors.make.missing({ id: endpointId });
    if (row.state === 'ended') throw servingErrors.make.endpoint_ended();
    if (row.version !== version) {
      if (row.version === version + 1 && row.changed_by === by && isDone(row, to)) return;
      throw servingErrors.make.traffic_changed({ version: row.version });
    }
    if (to !== 'before' && sameTerms(termsOf(row), to)) return;
    const change = to === 'before' ? await changeBack(tx, row) : changeTo(row, to);
    const next = version + 1;
    const at = clock.now();
    await store.insertTraffic(tx, endpointId, { ...change, version: next, reason, by, at });
    await store.raiseVersion(tx, endpointId, next);
    const { terms: traffic, rolledBackTo } = change;
    await facts.append(tx, {
      ...{ kind: 'serving.traffic_changed', subject: endpointId, actor: by },
      body: {
        ...{ endpointId, repositoryId: row.repository_id, version: next, traffic, rolledBackTo },
        reasonDigest: await textDigest(reason),
      },
    });
    db.afterCommit(tx, () => {
      calls.forget();
      live.publish('serving.deployment');
    });
  });
}

/** Whether the last change is the one that is asked for. */
function isDone(row: store.EndpointRow, to: Change['to']): boolean {
  if (to === 'before') return row.rolled_back_to !== null;
  return row.rolled_back_to === null && sameTerms(termsOf(row), to);
}

const changeTo = (row: store.EndpointRow, terms: TrafficTerms) => {
  return { terms, rolledBackTo: null, before: row.version };
};

/** Back by one; a rollback after a rollback goes further back. */
async function changeBack(tx: Executor, row: store.EndpointRow) {
  const held = row.before === null ? null : await store.readTraffic(tx, row.id, row.before);
  if (!held) throw servingErrors.make.nothing_before();
  const terms = termsOf(held);
  const primary = await readTrial(tx, terms.primary);
  if (primary?.state !== 'open') {
    const problem = `the trial ${primary?.name} of version ${held.version} answers no more`;
    throw servingErrors.make.traffic_refused({ problem });
  }
  return { terms, rolledBackTo: held.version, before: held.before };
}
