import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { documentDigest } from '#verify/document.ts';
import { factSetDigest } from '#verify/fact.ts';
import * as counts from './count-store.ts';
import { observatoryErrors } from './errors.ts';
import { type CountedIndicator, indicators, isCounted } from './indicators.ts';
import type { Uses } from './module-uses.ts';
import { type MonthPart, monthOf, parsePeriod, periodCode, spanOf } from './period.ts';

/**
 * Closes a period: for each counted indicator a fact commits to the count, the sum and the set of its
 * facts, and one fact to all of these. A month that still runs may be closed too; what comes after
 * is its next part. Closing it again changes nothing. Throws `observatory.period_not_begun`, and
 * `kernel.missing` for a further part that nothing came for.
 */
export async function closePeriod(code: string, uses: Uses, call: Call): Promise<MonthPart> {
  const { kernel } = uses;
  const part = parsePeriod(code);
  if (!part) throw kernelErrors.make.missing({ id: code });
  const now = kernel.clock.now();
  if (part.month > monthOf(now)) throw observatoryErrors.make.period_not_begun({ period: code });
  await kernel.db.transaction(async (tx) => {
    if (part.part === 1) await counts.openFirstPart(tx, part.month, now);
    const row = await counts.readPeriod(tx, part, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: code });
    if (row.closed_at) return;
    const closings: string[] = [];
    for (const indicator of indicators.filter(isCounted)) {
      closings.push(await closeCount(tx, indicator, part, uses, call));
    }
    const fact = await kernel.facts.append(tx, {
      kind: 'observatory.period_closed',
      subject: code,
      actor: call.principal.id,
      body: {
        period: code,
        indicators: closings.length,
        setDigest: await factSetDigest(closings),
      },
    });
    await counts.closePart(tx, part, { at: now, by: call.principal.id, factId: fact.id });
    kernel.db.afterCommit(tx, () => kernel.live.publish('observatory.indicator'));
  });
  return part;
}

/** Commits to one indicator's facts of the period; the id of the fact that does. */
async function closeCount(
  tx: Executor,
  indicator: CountedIndicator,
  part: MonthPart,
  { kernel }: Uses,
  call: Call,
): Promise<string> {
  const { indicatorId, factKind: kind, member } = indicator;
  const facts = await counts.allCountedFacts(tx, indicatorId, part);
  const count = facts.length;
  const value = facts.reduce((sum, { amount }) => sum + amount, 0);
  const period = periodCode(part);
  const { from, until } = spanOf(part.month);
  const document = {
    indicatorId,
    title: { ...indicator.title },
    unit: { ...indicator.unit },
    format: indicator.format,
    ...{ period, from, until, kind, member, count, value },
  };
  const fact = await kernel.facts.append(tx, {
    kind: 'observatory.count_closed',
    subject: indicatorId,
    actor: call.principal.id,
    body: {
      ...{ indicatorId, period, kind, member, from, until, count, value },
      setDigest: await factSetDigest(facts.map(({ fact_id }) => fact_id)),
      documentDigest: await documentDigest(document),
    },
  });
  const closing = { indicator_id: indicatorId, count, value, document, fact_id: fact.id };
  await counts.insertClosing(tx, { ...part, ...closing });
  return fact.id;
}
