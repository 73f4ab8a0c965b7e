import type { Kernel } from '#kernel/module.ts';
import { createGroup } from '../group.ts';
import { addUsage, type UsageCount } from './trial-store.ts';

const CALLS_MAX = 1_000;
const MINUTE_MS = 60_000;

export type UsageCall = {
  trialId: string;
  callerId: string;
  rows: number;
  /** What was read and what was written, where a model counts in tokens. */
  tokensIn?: number;
  tokensOut?: number;
  /** Of these, how many were estimated here. */
  tokensEstimated?: number;
  /** False: more tokens of a call that is counted already. */
  isCall?: boolean;
  /** When the call began, where its tokens are counted bit by bit: they stand in one minute; now unless given. */
  at?: Date;
};

/**
 * Counts an answered call, before its answer is given. Calls that end at the same time share a transaction, and those of one
 * caller one row of it, so that counting does not bound how many there are.
 */
export function createTrialUsage({ db, clock }: Pick<Kernel, 'db' | 'clock'>) {
  return createGroup<UsageCall, true>({ itemsMax: CALLS_MAX }, async (calls) => {
    const now = clock.now();
    const counts = new Map<string, UsageCount>();
    for (const { trialId, callerId, rows, isCall = true, at = now, ...tokens } of calls) {
      const minute = new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);
      const key = `${trialId} ${callerId} ${minute.getTime()}`;
      const count = counts.get(key) ?? {
        ...{ trialId, callerId, minute },
        ...{ calls: 0, rows: 0, tokensIn: 0, tokensOut: 0, tokensEstimated: 0 },
      };
      count.calls += isCall ? 1 : 0;
      count.rows += rows;
      count.tokensIn += tokens.tokensIn ?? 0;
      count.tokensOut += tokens.tokensOut ?? 0;
      count.tokensEstimated += tokens.tokensEstimated ?? 0;
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
