import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { IndicatorDetailView, IndicatorView, TargetView } from './contract.ts';
import * as counts from './count-store.ts';
import { existingIndicator, type Indicator, indicators, isCounted } from './indicators.ts';
import { listCursor } from './list-cursor.ts';
import type { Uses } from './module-uses.ts';
import { periodCode } from './period.ts';
import { readsFacts } from './reads-facts.ts';
import * as store from './store.ts';
import { type Target, targetOf, targets } from './targets.ts';
import { pathOf, trackOf, type YearValue } from './track.ts';

type Numbers = NonNullable<IndicatorView['latest']>[];
type Page = { cursor?: string | undefined; limit: number };

export async function listIndicators(
  input: Page & { source?: 'platform' | 'entered' | undefined },
  uses: Uses,
) {
  const all = indicators.filter(({ source }) => !input.source || source === input.source);
  const { items, nextCursor } = pageOf(all, ({ indicatorId }) => indicatorId, input);
  const numbers = await numbersOf(items, uses);
  return {
    items: items.map((indicator) => viewOf(indicator, numbers.get(indicator.indicatorId) ?? [])),
    total: all.length,
    nextCursor,
  };
}

export function listTargets(input: Page) {
  const { items, nextCursor } = pageOf(targets, ({ targetId }) => targetId, input);
  return { items: items.map(targetView), total: targets.length, nextCursor };
}

/** A page of a list that stands in the code. */
function pageOf<Item>(all: readonly Item[], idOf: (item: Item) => string, page: Page) {
  const cursor = listCursor(page.cursor);
  const start = cursor ? all.findIndex((item) => idOf(item) === cursor.id) + 1 : 0;
  if (cursor && start === 0) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  const rows = all.slice(start, start + page.limit + 1);
  return toPage(rows, page.limit, (item) => ({ key: '', id: idOf(item) }));
}

export async function readIndicator(
  indicatorId: string,
  uses: Uses,
  call: Call,
): Promise<IndicatorDetailView> {
  const indicator = existingIndicator(indicatorId);
  const values = (await numbersOf([indicator], uses)).get(indicatorId) ?? [];
  const target = targetOf(indicatorId);
  const enters = !isCounted(indicator) && call.principal.memberships.length > 0;
  return {
    ...viewOf(indicator, values),
    target: target ? targetView(target) : null,
    path: target ? pathOf(target, yearValues(values)) : [],
    values,
    disclosed: readsFacts(indicator, call.principal),
    actions: enters ? ['enter'] : [],
  };
}

/** The published or counted numbers of each indicator by period, the oldest first. */
async function numbersOf(
  asked: readonly Indicator[],
  { kernel }: Uses,
): Promise<Map<string, Numbers>> {
  const numbers = new Map<string, Numbers>(asked.map(({ indicatorId }) => [indicatorId, []]));
  const counted = asked.filter(isCounted).map(({ indicatorId }) => indicatorId);
  const entered = asked.filter((each) => !isCounted(each)).map(({ indicatorId }) => indicatorId);
  for (const tally of counted.length > 0 ? await counts.tallies(kernel.db.read, counted) : []) {
    numbers.get(tally.indicator_id)?.push({
      period: periodCode(tally),
      value: tally.value,
      at: (tally.closed_at ?? tally.last_at).toISOString(),
      final: tally.closed_at !== null,
      vintage: null,
      valueId: null,
      facts: tally.facts,
    });
  }
  for (const row of await store.publishedValues(kernel.db.read, entered)) {
    numbers.get(row.indicator_id)?.push({
      period: row.period,
      value: row.value,
      at: (row.published_at ?? row.entered_at).toISOString(),
      final: true,
      vintage: row.vintage,
      valueId: row.id,
      facts: null,
    });
  }
  return numbers;
}

const yearValues = (values: Numbers): YearValue[] =>
  values.map(({ period, value }) => ({ year: Number(period), value }));

function viewOf(indicator: Indicator, values: Numbers): IndicatorView {
  const { indicatorId, title, unit, method, source } = indicator;
  const target = targetOf(indicatorId);
  const counted = isCounted(indicator) ? indicator : null;
  const sum = (part: (value: Numbers[number]) => number) =>
    values.reduce((total, value) => total + part(value), 0);
  return {
    ...{ indicatorId, title, unit, method, source },
    format: counted?.format ?? 'number',
    factKind: counted?.factKind ?? null,
    member: counted?.member ?? null,
    targetId: target?.targetId ?? null,
    track: target ? trackOf(target, yearValues(values)) : null,
    total: counted ? sum(({ value }) => value) : null,
    facts: counted ? sum(({ facts }) => facts ?? 0) : null,
    latest: values.at(-1) ?? null,
    recent: values.slice(-12).map(({ period, value }) => ({ period, value })),
  };
}

function targetView(target: Target): TargetView {
  const { title, unit } = existingIndicator(target.indicatorId);
  return { ...target, title, unit };
}
