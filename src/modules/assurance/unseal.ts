import type { Executor } from '#kernel/db.ts';
import type { Engine } from './engine.ts';
import * as store from './store.ts';

/** Lets the results of all evaluations on the bases show in full, and be disclosed. */
export async function unseal(
  tx: Executor,
  bases: readonly string[],
  { kernel }: Engine,
): Promise<void> {
  const ids = await store.unsealBases(tx, bases);
  kernel.db.afterCommit(tx, () => {
    for (const id of ids) kernel.live.publish(`assurance.evaluation/${id}`);
  });
}
