import type { Executor } from '#kernel/db.ts';
import type { Call } from '#kernel/principal.ts';
import type { Engine } from './engine.ts';
import { isFinal } from './evaluation-state.ts';
import { finishWithout } from './finish.ts';
import * as store from './store.ts';

/**
 * Stops every evaluation on one of the bases that has not ended, and its job, if the transaction commits.
 * Resolves to how many.
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
    await finishWithout(tx, row, { state: 'stopped', code: 'cancelled', cause: null }, engine);
    if (row.job_id) await engine.compute.stop(tx, row.job_id, call);
    stopped += 1;
  }
  return stopped;
}
