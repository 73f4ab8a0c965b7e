import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { observatoryErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';

/**
 * Accepts a draft or returns it. Whoever entered it, and for whom, cannot; nor can a service. The same
 * review again changes nothing. Throws `observatory.own_value`, `observatory.person_needed`,
 * `observatory.reason_missing`, `observatory.value_state`.
 */
export async function reviewValue(
  input: { valueId: string; outcome: 'accepted' | 'returned'; reason: string },
  { kernel }: Uses,
  call: Call,
): Promise<void> {
  const { valueId, outcome } = input;
  const { principal } = call;
  const reason = input.reason.trim();
  if (principal.kind !== 'person') throw observatoryErrors.make.person_needed();
  if (outcome === 'returned' && reason === '') throw observatoryErrors.make.reason_missing();
  const state = outcome === 'accepted' ? 'reviewed' : 'returned';
  await kernel.db.transaction(async (tx) => {
    const row = await store.lockValue(tx, valueId);
    if (!row) throw kernelErrors.make.missing({ id: valueId });
    if (row.state === state && row.reviewed_by === principal.id) return;
    if (row.state !== 'draft') throw observatoryErrors.make.value_state({ state: row.state });
    const own = [row.entered_by, row.entered_for];
    if (own.includes(principal.id) || own.includes(principal.onBehalfOf ?? principal.id)) {
      throw observatoryErrors.make.own_value();
    }
    const fact = await kernel.facts.append(tx, {
      kind: 'observatory.value_reviewed',
      subject: valueId,
      actor: principal.id,
      body: { valueId, outcome, reasonDigest: await textDigest(reason) },
    });
    const at = kernel.clock.now();
    await store.reviewValue(tx, valueId, { state, by: principal.id, at, reason, factId: fact.id });
    kernel.db.afterCommit(tx, () => kernel.live.publish(`observatory.value/${valueId}`));
  });
}
