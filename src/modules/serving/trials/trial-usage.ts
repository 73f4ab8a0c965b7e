import type { Kernel } from '#kernel/module.ts';
import { createGroup } from '../group.ts';
import { addUsage, type UsageCount } from './trial-store.ts';

const CALLS_MAX = 1_000;
const MINUTE_MS = 60_000;

export type UsageCall = { trialId: string; callerId: string; rows: number };

/**
 * Counts an answered call, before its answer is given. Calls that end at the same time share a transaction, and those of one
 * caller one row of it, so that counting does not bound how many there are.
 */
export function createTrialUsage({ db, clock }: Pick<Kernel, 'db' | 'clock'>) {
  return createGroup<UsageCall, true>({ itemsMax: CALLS_MAX }, async (calls) => {
    const minute = new Date(Math.floor(clock.now().getTime() / MINUTE_MS) * MINUTE_MS);
    const counts = new Map<string, UsageCount>();
    for (const { trialId, callerId, rows } of calls) {
      const key = `${trialId} ${callerId}`;
      const count = counts.get(key) ?? { trialId, callerId, minute, calls: 0, rows: 0 };
      count.calls += 1;
      count.rows += rows;
      counts.set(key, count);
    }
    // In one order on every server, so that two do not wait for each other.
    const sorted = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
    // One statement is a transaction by itself, with one message to the database instead of three.
    await addUsage(
      db.read,
      sorted.map(([, count]) => count),
    );
    return calls.map(() => true);
  });
}
