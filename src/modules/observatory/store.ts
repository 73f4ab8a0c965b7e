import { type RawBuilder, sql } from 'kysely';
import { type Executor, json } from '#kernel/db.ts';
import type { Cursor } from '#kernel/page.ts';
import type { JsonObject } from '#verify/json.ts';
import type { ImportRow } from './import-rows.ts';

/** The only SQL for entered values and imports; that of counting is in count-store.ts. */

export type ValueState = 'draft' | 'reviewed' | 'returned' | 'published';

export type ValueRow = {
  id: string;
  indicator_id: string;
  period: string;
  value: number;
  source: string;
  source_url: string | null;
  note: string;
  organisation_id: string;
  import_id: string | null;
  state: ValueState;
  entered_by: string;
  entered_for: string | null;
  entered_at: Date;
  entered_fact_id: string;
  follows: number;
  reviewed_by: string | null;
  reviewed_at: Date | null;
  review_reason: string | null;
  reviewed_fact_id: string | null;
  published_at: Date | null;
  published_fact_id: string | null;
  vintage: number | null;
  document: JsonObject | null;
  /** The newest vintage of its indicator and period; null while nothing is published. */
  newest: number | null;
};

export type NewValue = Pick<
  ValueRow,
  | 'id'
  | 'indicator_id'
  | 'period'
  | 'value'
  | 'source'
  | 'source_url'
  | 'note'
  | 'organisation_id'
  | 'import_id'
  | 'entered_by'
  | 'entered_for'
  | 'entered_at'
  | 'entered_fact_id'
  | 'follows'
>;

export type ImportRecord = {
  id: string;
  organisation_id: string;
  created_by: string;
  created_for: string | null;
  created_at: Date;
  file_name: string;
  format: 'csv' | 'xlsx';
  encoding: string;
  digest: string;
  rows: ImportRow[];
  errors: number;
  confirmed_at: Date | null;
};

const columns = sql.raw(`v.id, v.indicator_id, v.period, v.value, v.source, v.source_url, v.note,
  v.organisation_id, v.import_id, v.state, v.entered_by, v.entered_for, v.entered_at,
  v.entered_fact_id, v.follows, v.reviewed_by, v.reviewed_at, v.review_reason, v.reviewed_fact_id,
  v.published_at, v.published_fact_id, v.vintage, v.document,
  (select max(n.vintage) from observatory_values n
    where n.indicator_id = v.indicator_id and n.period = v.period) as newest`);

/** The newest vintage of a period, 0 where nothing is published. */
export async function newestVintage(
  tx: Executor,
  indicatorId: string,
  period: string,
): Promise<number> {
  const { rows } = await sql<{ vintage: number }>`
    select coalesce(max(vintage), 0) as vintage from observatory_values
    where indicator_id = ${indicatorId} and period = ${period}`.execute(tx);
  return rows[0]?.vintage ?? 0;
}

export async function countDrafts(tx: Executor, organisationId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from observatory_values
    where organisation_id = ${organisationId} and state = 'draft'`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** A draft that says the same, entered by the same person. */
export async function findDraft(
  tx: Executor,
  value: Omit<NewValue, 'id' | 'entered_at' | 'entered_fact_id' | 'entered_for' | 'follows'>,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from observatory_values
    where state = 'draft' and organisation_id = ${value.organisation_id}
      and indicator_id = ${value.indicator_id} and period = ${value.period}
      and value = ${value.value}::double precision and source = ${value.source}
      and source_url is not distinct from ${value.source_url}::text and note = ${value.note}
      and entered_by = ${value.entered_by}
      and import_id is not distinct from ${value.import_id}::text limit 1`.execute(tx);
  return rows[0]?.id;
}

export async function insertValue(tx: Executor, row: NewValue): Promise<void> {
  await sql`
    insert into observatory_values (id, indicator_id, period, value, source, source_url, note,
      organisation_id, import_id, state, entered_by, entered_for, entered_at, entered_fact_id,
      follows)
    values (${row.id}, ${row.indicator_id}, ${row.period}, ${row.value}, ${row.source},
      ${row.source_url}, ${row.note}, ${row.organisation_id}, ${row.import_id}, 'draft',
      ${row.entered_by}, ${row.entered_for}, ${row.entered_at}, ${row.entered_fact_id},
      ${row.follows})`.execute(tx);
}

export async function readValue(executor: Executor, id: string): Promise<ValueRow | undefined> {
  const { rows } = await sql<ValueRow>`
    select ${columns} from observatory_values v where v.id = ${id}`.execute(executor);
  return rows[0];
}

/** Keeps others from changing any value of the same indicator and period; then reads this one. */
export async function lockValue(tx: Executor, id: string): Promise<ValueRow | undefined> {
  await sql`
    select v.id from observatory_values v
    join observatory_values own on own.id = ${id}
      and own.indicator_id = v.indicator_id and own.period = v.period
    order by v.id for update of v`.execute(tx);
  return readValue(tx, id);
}

export async function reviewValue(
  tx: Executor,
  id: string,
  review: { state: 'reviewed' | 'returned'; by: string; at: Date; reason: string; factId: string },
): Promise<void> {
  await sql`
    update observatory_values set state = ${review.state}, reviewed_by = ${review.by},
      reviewed_at = ${review.at}, review_reason = ${review.reason},
      reviewed_fact_id = ${review.factId}
    where id = ${id} and state = 'draft'`.execute(tx);
}

export async function publishValue(
  tx: Executor,
  id: string,
  publication: { at: Date; factId: string; vintage: number; document: JsonObject },
): Promise<void> {
  await sql`
    update observatory_values set state = 'published', published_at = ${publication.at},
      published_fact_id = ${publication.factId}, vintage = ${publication.vintage},
      document = ${json(publication.document)}
    where id = ${id} and state = 'reviewed'`.execute(tx);
}

export async function listValues(
  executor: Executor,
  filter: {
    visible: RawBuilder<boolean>;
    indicatorId?: string | undefined;
    period?: string | undefined;
    state?: ValueState | undefined;
  },
  page: { cursor: Cursor | null; limit: number },
): Promise<{ rows: ValueRow[]; total: number }> {
  const parts = [filter.visible];
  if (filter.indicatorId) parts.push(sql`v.indicator_id = ${filter.indicatorId}`);
  if (filter.period) parts.push(sql`v.period = ${filter.period}`);
  if (filter.state) parts.push(sql`v.state = ${filter.state}`);
  const where = sql.join(parts, sql` and `);
  const { cursor } = page;
  const after = cursor
    ? sql`(v.entered_at, v.id) < (${cursor.key}::timestamptz, ${cursor.id})`
    : sql`true`;
  const { rows } = await sql<ValueRow>`
    select ${columns} from observatory_values v where ${where} and ${after}
    order by v.entered_at desc, v.id desc limit ${page.limit + 1}`.execute(executor);
  const count = await sql<{ n: number }>`
    select count(*) as n from observatory_values v where ${where}`.execute(executor);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

/** The newest published value of each period, the oldest period first. */
export async function publishedValues(
  executor: Executor,
  indicatorIds: readonly string[],
): Promise<ValueRow[]> {
  if (indicatorIds.length === 0) return [];
  const { rows } = await sql<ValueRow>`
    select ${columns} from observatory_values v
    where v.indicator_id in (${sql.join([...indicatorIds])}) and v.state = 'published'
      and v.vintage = (select max(n.vintage) from observatory_values n
        where n.indicator_id = v.indicator_id and n.period = v.period)
    order by v.indicator_id, v.period`.execute(executor);
  return rows;
}

/** One published vintage; the newest where none is named. */
export async function readVintage(
  executor: Executor,
  indicatorId: string,
  period: string,
  vintage: number | undefined,
): Promise<ValueRow | undefined> {
  const { rows } = await sql<ValueRow>`
    select ${columns} from observatory_values v
    where v.indicator_id = ${indicatorId} and v.period = ${period} and v.state = 'published'
      ${vintage === undefined ? sql`` : sql`and v.vintage = ${vintage}`}
    order by v.vintage desc limit 1`.execute(executor);
  return rows[0];
}

export async function insertImport(tx: Executor, row: ImportRecord): Promise<void> {
  await sql`
    insert into observatory_imports (id, organisation_id, created_by, created_for, created_at,
      file_name, format, encoding, digest, rows, errors)
    values (${row.id}, ${row.organisation_id}, ${row.created_by}, ${row.created_for},
      ${row.created_at}, ${row.file_name}, ${row.format}, ${row.encoding}, ${row.digest},
      ${json(row.rows)}, ${row.errors})`.execute(tx);
}

export async function readImport(
  executor: Executor,
  id: string,
  options: { lock?: boolean } = {},
): Promise<ImportRecord | undefined> {
  const { rows } = await sql<ImportRecord>`
    select id, organisation_id, created_by, created_for, created_at, file_name, format, encoding,
      digest, rows, errors, confirmed_at
    from observatory_imports where id = ${id}
    ${sql.raw(options.lock ? 'for update' : '')}`.execute(executor);
  return rows[0];
}

export async function confirmImport(tx: Executor, id: string, at: Date): Promise<void> {
  await sql`
    update observatory_imports set confirmed_at = ${at} where id = ${id}`.execute(tx);
}
