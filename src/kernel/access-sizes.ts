import { type RawBuilder, sql } from 'kysely';
import type { Clock } from './clock.ts';
import type { Executor } from './db.ts';

/** Remembers how large the answers of lists are, so that the better statement can be chosen. */
export type Sizes = {
  /** False until the background count says otherwise. */
  isLarge(key: string, ids: RawBuilder<unknown>): boolean;
};

const LARGE = 2000;
const SIZES_MAX = 5000;
const SIZE_MILLISECONDS = 30_000;

/**
 * Counts in the background, at most once in half a minute for each kind of question, and never
 * further than the bound. `count` gives how many rows a statement has.
 */
export function createSizes(uses: {
  clock: Clock;
  count(statement: RawBuilder<{ size: number }>): Promise<number>;
}): Sizes {
  const sizes = new Map<string, { large: boolean; askedAt: number }>();
  return {
    isLarge(key, ids) {
      const known = sizes.get(key);
      const now = uses.clock.now().getTime();
      if (known && Math.abs(now - known.askedAt) < SIZE_MILLISECONDS) return known.large;
      if (sizes.size >= SIZES_MAX) sizes.clear();
      const entry = { large: known?.large ?? false, askedAt: now };
      sizes.set(key, entry);
      const bounded = sql<{ size: number }>`
        select count(*) as size from (select 1 from (${ids}) as ids limit ${LARGE + 1}) as few`;
      uses.count(bounded).then(
        (size) => {
          entry.large = size > LARGE;
        },
        // Only speed depends on it: the list itself will say what is wrong with the database.
        () => {},
      );
      return entry.large;
    },
  };
}

/** Counts on the database itself, past any transaction that may be open where the list is made. */
export function countWith(executor: Executor) {
  return async (statement: RawBuilder<{ size: number }>): Promise<number> =>
    (await statement.execute(executor)).rows[0]?.size ?? 0;
}
