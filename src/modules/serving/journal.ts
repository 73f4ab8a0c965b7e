import type { Kernel } from '#kernel/module.ts';
import { createGroup } from './group.ts';
import * as store from './store-journal.ts';

/** Answers of one session in their order, to be journalled all or none. */
export type Batch = {
  sessionId: string;
  deploymentId: string;
  /** Rows that the session had answered when the program was asked. */
  position: number;
  columns: readonly string[];
  entries: readonly Entry[];
};

export type Entry = Omit<
  store.NewInference,
  'session_id' | 'deployment_id' | 'position' | 'basis_position'
>;

/** Whether a batch is durable, or why it is not and nothing of it happened. */
export type Outcome = 'kept' | 'moved' | 'stopped' | 'spent';

const BATCHES_MAX = 64;

/**
 * Journals answers together with the count of their calls, in one transaction for all that come at the same
 * time. A batch is kept only if its session stands where the program was asked, its deployment is not
 * stopped, and its allowances reach; others in the transaction do not suffer from one that is not.
 */
export function createJournal({ db }: Kernel): (batch: Batch) => Promise<Outcome> {
  return createGroup<Batch, Outcome>({ itemsMax: BATCHES_MAX }, (batches) =>
    db.transaction(async (tx) => {
      const unique = (values: readonly string[]) => [...new Set(values)];
      const bases = batches.flatMap(({ entries }) => entries.map(({ basis }) => basis));
      const { sessions, running, allowances } = await store.lock(tx, {
        sessions: unique(batches.map(({ sessionId }) => sessionId)),
        deployments: unique(batches.map(({ deploymentId }) => deploymentId)),
        bases: unique(bases),
      });
      const kept: store.NewInference[] = [];
      const moves = new Map<string, { id: string; rows: number; columns: readonly string[] }>();
      const used = new Set<string>();
      const outcomes = batches.map((batch): Outcome => {
        if (!running.has(batch.deploymentId)) return 'stopped';
        if (sessions.get(batch.sessionId) !== batch.position) return 'moved';
        if (!reaches(batch, allowances)) return 'spent';
        let { position } = batch;
        for (const entry of batch.entries) {
          const allowance = allowances.get(entry.basis);
          if (!allowance) continue;
          const { sessionId: session_id, deploymentId: deployment_id } = batch;
          const basis_position = allowance.used;
          kept.push({ ...entry, session_id, deployment_id, position, basis_position });
          allowance.used += entry.row_count;
          position += entry.row_count;
          used.add(entry.basis);
        }
        sessions.set(batch.sessionId, position);
        const move = { id: batch.sessionId, rows: position, columns: batch.columns };
        moves.set(batch.sessionId, move);
        return 'kept';
      });
      if (kept.length > 0) {
        await store.journal(tx, kept, {
          sessions: [...moves.values()],
          allowances: [...used].map((basis) => {
            return { basis, used: allowances.get(basis)?.used ?? 0 };
          }),
        });
      }
      return outcomes;
    }),
  );
}

/** Whether every basis has calls enough left for all entries of the batch. */
function reaches(
  { entries }: Batch,
  allowances: ReadonlyMap<string, { granted: number; used: number }>,
): boolean {
  const wanted = new Map<string, number>();
  for (const { basis, row_count } of entries) {
    wanted.set(basis, (wanted.get(basis) ?? 0) + row_count);
  }
  return [...wanted].every(([basis, calls]) => {
    const allowance = allowances.get(basis);
    return allowance !== undefined && allowance.used + calls <= allowance.granted;
  });
}
