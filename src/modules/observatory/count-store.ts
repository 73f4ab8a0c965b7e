import { sql } from 'kysely';
import { type Executor, json } from '#kernel/db.ts';
import type { JsonObject } from '#verify/json.ts';
import type { MonthPart } from './period.ts';

/** The only SQL for periods, counted facts and closings. */

export type PeriodRow = MonthPart & {
  opened_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
  closing_fact_id: string | null;
};

export type CountedFactRow = MonthPart & {
  indicator_id: string;
  fact_id: string;
  fact_time: Date;
  subject: string;
  amount: number;
};

export type ClosingRow = MonthPart & {
  indicator_id: string;
  count: number;
  value: number;
  document: JsonObject;
  fact_id: string;
};

const periodColumns = sql.raw(
  'p.month, p.part, p.opened_at, p.closed_at, p.closed_by, p.closing_fact_id',
);

export async function isCountedAlready(
  tx: Executor,
  indicatorId: string,
  factId: string,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from observatory_counted_facts
    where indicator_id = ${indicatorId} and fact_id = ${factId}`.execute(tx);
  return rows.length > 0;
}

/**
 * The open part of a month, made if there is none. It stays open until the transaction ends: whoever
 * closes it waits.
 */
export async function holdOpenPart(tx: Executor, month: string, now: Date): Promise<MonthPart> {
  for (;;) {
    const { rows } = await sql<MonthPart>`
      select month, part from observatory_periods
      where month = ${month} and closed_at is null for share`.execute(tx);
    if (rows[0]) return rows[0];
    await sql`
      insert into observatory_periods (month, part, opened_at)
      select ${month}, coalesce(max(part), 0) + 1, ${now}
      from observatory_periods where month = ${month}
      on conflict do nothing`.execute(tx);
  }
}

export async function insertCountedFact(tx: Executor, row: CountedFactRow): Promise<void> {
  await sql`
    insert into observatory_counted_facts
      (indicator_id, fact_id, month, part, fact_time, subject, amount)
    values (${row.indicator_id}, ${row.fact_id}, ${row.month}, ${row.part}, ${row.fact_time},
      ${row.subject}, ${row.amount})
    on conflict do nothing`.execute(tx);
}

/** Makes the first part of a month, if there is none. */
export async function openFirstPart(tx: Executor, month: string, now: Date): Promise<void> {
  await sql`
    insert into observatory_periods (month, part, opened_at) values (${month}, 1, ${now})
    on conflict do nothing`.execute(tx);
}

export async function readPeriod(
  tx: Executor,
  { month, part }: MonthPart,
  options: { lock?: boolean } = {},
): Promise<PeriodRow | undefined> {
  const { rows } = await sql<PeriodRow>`
    select ${periodColumns} from observatory_periods p
    where p.month = ${month} and p.part = ${part}
    ${sql.raw(options.lock ? 'for update' : '')}`.execute(tx);
  return rows[0];
}

export async function closePart(
  tx: Executor,
  { month, part }: MonthPart,
  closed: { at: Date; by: string; factId: string },
): Promise<void> {
  await sql`
    update observatory_periods
    set closed_at = ${closed.at}, closed_by = ${closed.by}, closing_fact_id = ${closed.factId}
    where month = ${month} and part = ${part} and closed_at is null`.execute(tx);
}

export async function listPeriods(
  executor: Executor,
  filter: { state: 'open' | 'closed' | undefined },
  page: { after: MonthPart | null; limit: number },
): Promise<{ rows: (PeriodRow & { facts: number })[]; total: number }> {
  const where =
    filter.state === undefined
      ? sql<boolean>`true`
      : sql<boolean>`(p.closed_at is null) = ${filter.state === 'open'}`;
  const after = page.after
    ? sql`(p.month, p.part) < (${page.after.month}, ${page.after.part})`
    : sql`true`;
  const { rows } = await sql<PeriodRow & { facts: number }>`
    select ${periodColumns}, (
      select count(*) from observatory_counted_facts f
      where f.month = p.month and f.part = p.part
    ) as facts
    from observatory_periods p where ${where} and ${after}
    order by p.month desc, p.part desc limit ${page.limit + 1}`.execute(executor);
  const count = await sql<{ n: number }>`
    select count(*) as n from observatory_periods p where ${where}`.execute(executor);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

export async function countFactsOf(executor: Executor, { month, part }: MonthPart) {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from observatory_counted_facts
    where month = ${month} and part = ${part}`.execute(executor);
  return rows[0]?.n ?? 0;
}

/** What one period of one indicator comes to. */
export type Tally = MonthPart & {
  indicator_id: string;
  facts: number;
  value: number;
  last_at: Date;
  closed_at: Date | null;
};

/** Every period of the indicators, the oldest first; periods without a fact are left out. */
export async function tallies(
  executor: Executor,
  indicatorIds: readonly string[],
): Promise<Tally[]> {
  const { rows } = await sql<Tally>`
    select f.indicator_id, f.month, f.part, count(*) as facts, sum(f.amount)::bigint as value,
      max(f.fact_time) as last_at, p.closed_at
    from observatory_counted_facts f
    join observatory_periods p on p.month = f.month and p.part = f.part
    where f.indicator_id in (${sql.join([...indicatorIds])})
    group by f.indicator_id, f.month, f.part, p.closed_at
    order by f.month, f.part`.execute(executor);
  return rows;
}

/** The facts of one period of one indicator, by time. */
export async function listCountedFacts(
  executor: Executor,
  indicatorId: string,
  { month, part }: MonthPart,
  page: { after: { time: string; id: string } | null; limit: number },
): Promise<{ rows: CountedFactRow[]; total: number }> {
  const after = page.after
    ? sql`(fact_time, fact_id) > (${page.after.time}::timestamptz, ${page.after.id})`
    : sql`true`;
  const { rows } = await sql<CountedFactRow>`
    select indicator_id, fact_id, month, part, fact_time, subject, amount
    from observatory_counted_facts
    where indicator_id = ${indicatorId} and month = ${month} and part = ${part} and ${after}
    order by fact_time, fact_id limit ${page.limit + 1}`.execute(executor);
  const count = await sql<{ n: number }>`
    select count(*) as n from observatory_counted_facts
    where indicator_id = ${indicatorId} and month = ${month} and part = ${part}`.execute(executor);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

/** All facts of one period of one indicator, as they are committed to. */
export async function allCountedFacts(
  executor: Executor,
  indicatorId: string,
  { month, part }: MonthPart,
): Promise<{ fact_id: string; amount: number }[]> {
  const { rows } = await sql<{ fact_id: string; amount: number }>`
    select fact_id, amount from observatory_counted_facts
    where indicator_id = ${indicatorId} and month = ${month} and part = ${part}
    order by fact_id`.execute(executor);
  return rows;
}

export async function insertClosing(tx: Executor, row: ClosingRow): Promise<void> {
  await sql`
    insert into observatory_closings (indicator_id, month, part, count, value, document, fact_id)
    values (${row.indicator_id}, ${row.month}, ${row.part}, ${row.count}, ${row.value},
      ${json(row.document)}, ${row.fact_id})`.execute(tx);
}

export async function readClosing(
  executor: Executor,
  indicatorId: string,
  { month, part }: MonthPart,
): Promise<ClosingRow | undefined> {
  const { rows } = await sql<ClosingRow>`
    select indicator_id, month, part, count, value, document, fact_id
    from observatory_closings
    where indicator_id = ${indicatorId} and month = ${month} and part = ${part}`.execute(executor);
  return rows[0];
}
