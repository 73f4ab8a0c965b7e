import { type Fact, factSetDigest } from './fact.ts';
import type { Failure } from './failure.ts';
import { canonicalJson } from './jcs.ts';
import type { Json } from './json.ts';
import { valueAt } from './json-pointer.ts';

/** `fact-count/1`: each fact counts one. `fact-sum/1`: one member of each fact is added up. */
export const countKinds = ['fact-count/1', 'fact-sum/1'] as const;

/** How a number follows from the facts of the file that a closing fact committed to. */
export interface CountMethod {
  readonly kind: (typeof countKinds)[number];
}

type Commitment = {
  readonly kind: string;
  readonly from: number;
  readonly until: number;
  readonly count: number;
  readonly setDigest: string;
  readonly member: string | null;
};

/**
 * Counts again, or adds up again, what a closing fact committed to. Its body says `{kind, from, until,
 * count, setDigest, member?}`: the facts of this kind whose time is in from ≤ time < until. Those of
 * that kind in the file must be that set (`factSetDigest`), no fewer, no more and no other.
 * `fact-sum/1` adds the member `member` of their bodies, a whole number each.
 * Returns what failed, nothing when all held.
 */
export async function recount(
  claim: { readonly path: string; readonly method: CountMethod },
  value: Json,
  closing: Fact,
  included: ReadonlyMap<string, Fact>,
): Promise<Failure[]> {
  const { path, method } = claim;
  const failed = (problem: string): Failure[] => [{ code: 'recomputation_failed', path, problem }];
  const commitment = commitmentOf(closing);
  if (commitment === null) return failed(`the fact ${closing.id} commits to no set of facts`);
  const counted = [...included.values()].filter(({ kind }) => kind === commitment.kind);
  const failures = await setFailures(path, commitment, counted);
  if (failures.length > 0) return failures;
  let recomputed = counted.length;
  if (method.kind === 'fact-sum/1') {
    const { member } = commitment;
    if (member === null) return failed(`the fact ${closing.id} names no member to add up`);
    recomputed = 0;
    for (const fact of counted) {
      const part = valueAt(fact.body, `/${member}`);
      if (typeof part !== 'number' || !Number.isSafeInteger(part)) {
        return failed(`${member} of the fact ${fact.id} is no whole number`);
      }
      recomputed += part;
    }
    if (!Number.isSafeInteger(recomputed)) return failed('the sum is too large');
  }
  if (canonicalJson(recomputed) === canonicalJson(value)) return [];
  return [{ code: 'recomputed_value_differs', path, stated: value, recomputed }];
}

function commitmentOf({ body }: Fact): Commitment | null {
  const { kind, count, setDigest, member } = body;
  const from = typeof body.from === 'string' ? Date.parse(body.from) : Number.NaN;
  const until = typeof body.until === 'string' ? Date.parse(body.until) : Number.NaN;
  if (typeof kind !== 'string' || typeof count !== 'number') return null;
  if (typeof setDigest !== 'string' || Number.isNaN(from) || Number.isNaN(until)) return null;
  if (member !== undefined && member !== null && typeof member !== 'string') return null;
  return { kind, from, until, count, setDigest, member: member ?? null };
}

async function setFailures(
  path: string,
  { from, until, count, setDigest }: Commitment,
  counted: readonly Fact[],
): Promise<Failure[]> {
  const found = counted.length;
  if (count > found) return [{ code: 'counted_left_out', path, stated: count, found }];
  if (count < found) return [{ code: 'counted_added', path, stated: count, found }];
  const digest = await factSetDigest(counted.map(({ id }) => id));
  if (digest !== setDigest) {
    return [{ code: 'counted_set_differs', path, stated: setDigest, found: digest }];
  }
  return counted.flatMap(({ id, time }): Failure[] => {
    const at = Date.parse(time);
    return at >= from && at < until ? [] : [{ code: 'counted_outside', path, fact: id, time }];
  });
}
