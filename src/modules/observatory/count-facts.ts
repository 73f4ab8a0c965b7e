import type { Fact } from '#kernel/facts.ts';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import * as counts from './count-store.ts';
import { type CountedIndicator, indicators, isCounted } from './indicators.ts';
import type { Uses } from './module-uses.ts';
import { monthOf } from './period.ts';

/**
 * One subscription for each counted indicator, so that each has its own cursor: an indicator that is new
 * reads the ledger from its beginning. A fact counts once, in the month of its time; a month that
 * was closed takes no more, and what comes late opens a further part of it.
 */
export function countingSubscriptions(uses: Uses): Subscription[] {
  return indicators.filter(isCounted).map((indicator) => ({
    name: `observatory.${indicator.indicatorId}`,
    kinds: [indicator.factKind],
    async handle(fact, tx) {
      const { kernel } = uses;
      const { indicatorId } = indicator;
      if (await counts.isCountedAlready(tx, indicatorId, fact.id)) return;
      const amount = amountOf(fact, indicator);
      if (amount === null) {
        kernel.log.error({ indicator: indicatorId, fact: fact.id }, 'a fact cannot be counted');
        return;
      }
      const time = new Date(fact.time);
      const part = await counts.holdOpenPart(tx, monthOf(time), kernel.clock.now());
      await counts.insertCountedFact(tx, {
        ...part,
        indicator_id: indicatorId,
        fact_id: fact.id,
        fact_time: time,
        subject: fact.subject,
        amount,
      });
      kernel.db.afterCommit(tx, () => kernel.live.publish('observatory.indicator'));
    },
  }));
}

/** What a fact adds; null where its body has no such whole number. */
export function amountOf({ body }: Fact, { member }: CountedIndicator): number | null {
  if (member === null) return 1;
  const part = Object.hasOwn(body, member) ? body[member] : undefined;
  return typeof part === 'number' && Number.isSafeInteger(part) ? part : null;
}
