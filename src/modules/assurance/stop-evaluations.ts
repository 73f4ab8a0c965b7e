import type { Executor } from '#kernel/db.ts';
import type { Call } from '#kernel/principal.ts';
import { type Engine, ownCall } from './engine.ts';
import { isFinal } from './evaluation-state.ts';
import { finishWithout } from './finish.ts';
import * as store from './store.ts';

/**
 * Stops every evaluation on one of the bases that has not ended, and its job, if the transaction
 * commits. Resolves to how many.
 */
export async function stopEvaluations(
  tx: Executor,
  bases: readonly string[],
  engine: Engine,
  call: Call,
): Promise<number> {
  let stopped = 0;
  for (const { id } of await store.evaluationsOf(tx, bases)) {
    const row = await store.readEvaluation(tx, id, { lock: true });
    if (!row || isFinal(row.state)) continue;
    // First the evaluation: the end of its job then finds nobody waiting.
    const end = { state: 'stopped' as const, code: 'cancelled', cause: null };
    await finishWithout(tx, row, { ...end, by: call.principal.id }, engine);
    if (row.job_id) engine.jobs.stop(tx, row.job_id, ownCall());
    stopped += 1;
  }
  return stopped;
}
