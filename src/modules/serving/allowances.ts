import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import * as store from './store-journal.ts';

export type Allow = { programId: string; callerId: string; basis: string; calls: number };

/** Calls that an allowance was given, and how many are used: one call is one row answered. */
export type AllowanceState = { granted: number; used: number };

/** What a basis has used. Instants are those of the first and last answer; null before there is one. */
export type Usage = AllowanceState & { calls: number; first: Date | null; last: Date | null };

/** One journalled answer as it is billed. `position` counts the calls of the basis before it. */
export type UsageLine = {
  id: string;
  deploymentId: string;
  position: number;
  calls: number;
  at: Date;
};

/**
 * Prepaid calls. Adding is not idempotent: whoever calls it does so once in the transaction that records
 * why. A basis, such as an agreement, stands for one program and one caller.
 */
export function createAllowances({ db, clock }: Pick<Kernel, 'db' | 'clock'>) {
  return {
    /** Adds prepaid calls. Throws `kernel.invalid_input` for a basis that is closed or another's. */
    async allow(tx: Executor, terms: Allow, _call: Call): Promise<void> {
      const whole = Number.isSafeInteger(terms.calls) && terms.calls >= 0;
      const added = whole && (await store.addAllowance(tx, { ...terms, at: clock.now() }));
      if (added) return;
      const problem = whole ? 'the basis is closed or another’s' : 'calls is no whole number';
      throw kernelErrors.make.invalid_input({ problem });
    },
    /**
     * Ends an allowance: no answer counts under it after this commits. Gives the calls that were used in
     * all; zeros where the basis has no allowance.
     */
    async closeAllowance(tx: Executor, basis: string): Promise<AllowanceState & { calls: number }> {
      const row = await store.closeAllowance(tx, basis, clock.now());
      return { ...(row ?? { granted: 0, used: 0 }), calls: row?.used ?? 0 };
    },
    /** What a basis has used so far; zeros where it has no allowance. */
    async usageOf(basis: string, executor?: Executor): Promise<Usage> {
      const row = await store.readUsage(executor ?? db.read, basis);
      const blank = { granted: 0, used: 0, first: null, last: null };
      return { ...(row ?? blank), calls: row?.used ?? 0 };
    },
    /** Answers under a basis after one of them (null: from the first), in the order of their count. */
    async usageLines(
      tx: Executor,
      basis: string,
      afterId: string | null,
      limit: number,
    ): Promise<UsageLine[]> {
      const rows = await store.usageLines(tx, basis, afterId, limit);
      return rows.map((row) => ({
        id: row.id,
        deploymentId: row.deployment_id,
        position: row.basis_position,
        calls: row.row_count,
        at: row.created_at,
      }));
    },
  };
}
