import { Failure, kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { PeriodView } from './contract.ts';
import * as counts from './count-store.ts';
import { existingIndicator, isCounted } from './indicators.ts';
import { listCursor, timeCursor } from './list-cursor.ts';
import type { Uses } from './module-uses.ts';
import { type MonthPart, parsePeriod, periodCode, spanOf } from './period.ts';
import { readsFacts } from './reads-facts.ts';

export async function listPeriods(
  input: { state?: 'open' | 'closed' | undefined; cursor?: string | undefined; limit: number },
  { kernel }: Uses,
  call: Call,
) {
  const cursor = listCursor(input.cursor);
  const after = cursor ? parsePeriod(cursor.id) : null;
  if (cursor && !after) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  const page = { after, limit: input.limit };
  const { rows, total } = await counts.listPeriods(kernel.db.read, { state: input.state }, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: '',
    id: periodCode(row),
  }));
  return { items: items.map((row) => viewOf(row, row.facts, call)), total, nextCursor };
}

/** One period that is there. */
export async function readPeriod(part: MonthPart, { kernel }: Uses, call: Call) {
  const row = await counts.readPeriod(kernel.db.read, part);
  if (!row) throw kernelErrors.make.missing({ id: periodCode(part) });
  return viewOf(row, await counts.countFactsOf(kernel.db.read, part), call);
}

function viewOf(row: counts.PeriodRow, facts: number, { principal }: Call): PeriodView {
  const operates = principal.roles.includes('operator');
  return {
    period: periodCode(row),
    ...{ month: row.month, part: row.part },
    ...spanOf(row.month),
    state: row.closed_at ? 'closed' : 'open',
    facts,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    closingFactId: row.closing_fact_id,
    actions: operates && !row.closed_at ? ['close'] : [],
  };
}

/**
 * The facts that one number was counted from. What they are about shows where they are disclosed to
 * the reader. Throws `kernel.missing` for an indicator that is entered, or a period that is not there.
 */
export async function listFactsOf(
  input: { indicatorId: string; period: string; cursor?: string | undefined; limit: number },
  { kernel }: Uses,
  call: Call,
) {
  const indicator = existingIndicator(input.indicatorId);
  const part = parsePeriod(input.period);
  if (!isCounted(indicator)) throw kernelErrors.make.missing({ id: input.indicatorId });
  if (!part) throw kernelErrors.make.missing({ id: input.period });
  const cursor = timeCursor(input.cursor);
  const after = cursor ? { time: cursor.key, id: cursor.id } : null;
  const { read } = kernel.db;
  const { rows, total } = await counts.listCountedFacts(read, indicator.indicatorId, part, {
    after,
    limit: input.limit,
  });
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.fact_time.toISOString(),
    id: row.fact_id,
  }));
  const disclosed = readsFacts(indicator, call.principal);
  const positions = await positionsOf(
    items.map(({ fact_id }) => fact_id),
    kernel,
  );
  return {
    items: items.map((row) => ({
      factId: row.fact_id,
      kind: indicator.factKind,
      time: row.fact_time.toISOString(),
      subject: disclosed ? row.subject : null,
      amount: row.amount,
      position: positions.get(row.fact_id) ?? null,
    })),
    total,
    nextCursor,
  };
}

/** Places in the log; of a page with a fact that was erased, none. */
async function positionsOf(factIds: readonly string[], { ledger }: Uses['kernel']) {
  if (factIds.length === 0) return new Map<string, number>();
  try {
    const { facts } = await ledger.evidence(factIds);
    return new Map(facts.map(({ fact, index }) => [fact.id, index]));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return new Map<string, number>();
  }
}
