import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import type { MeasuredTask } from './measured-tasks.ts';
import type { MeasurementState } from './measurement-entities.ts';

/** SQL for measurements. */

export type MeasurementRow = {
  id: string;
  trial_id: string;
  repository_id: string;
  owner_id: string;
  title: Words;
  revision_digest: string;
  revision_number: number;
  path: string;
  task: MeasuredTask;
  suite_id: string;
  suite_owner_id: string;
  suite_digest: string;
  suite_name: Words;
  suite_source: string;
  suite_licence: string;
  suite_open: boolean;
  metric: string;
  cases: number;
  state: MeasurementState;
  reason_code: string | null;
  cases_done: number;
  cases_failed: number;
  faults: number;
  score: number | null;
  interval_low: number | null;
  interval_high: number | null;
  figures: Record<string, number> | null;
  median_ms: number | null;
  p90_ms: number | null;
  environment_digest: string | null;
  outputs_digest: string | null;
  repeat_of: string | null;
  repeat_outcome: 'same' | 'different' | 'failed' | null;
  differing: number | null;
  fact_id: string | null;
  requested_by: string;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
};

type NewMeasurement = Omit<
  MeasurementRow,
  | 'state'
  | 'reason_code'
  | 'cases_done'
  | 'cases_failed'
  | 'faults'
  | 'score'
  | 'interval_low'
  | 'interval_high'
  | 'figures'
  | 'median_ms'
  | 'p90_ms'
  | 'environment_digest'
  | 'outputs_digest'
  | 'repeat_outcome'
  | 'differing'
  | 'fact_id'
  | 'started_at'
  | 'finished_at'
>;

const columns = sql`m.id, m.trial_id, m.repository_id, m.owner_id, m.title, m.revision_digest,
  m.revision_number, m.path, m.task, m.suite_id, m.suite_owner_id, m.suite_digest, m.suite_name,
  m.suite_source, m.suite_licence, m.suite_open, m.metric, m.cases, m.state, m.reason_code,
  m.cases_done, m.cases_failed, m.faults, m.score, m.interval_low, m.interval_high, m.figures,
  m.median_ms, m.p90_ms, m.environment_digest, m.outputs_digest, m.repeat_of, m.repeat_outcome,
  m.differing, m.fact_id, m.requested_by, m.created_at, m.started_at, m.finished_at`;

/** The repositories of every listed measurement, for `access.visible`. */
export const algorithmColumn: RawBuilder<unknown> = sql.ref('m.repository_id');
export const suiteColumn: RawBuilder<unknown> = sql.ref('m.suite_id');

/** False where the same is being measured already. */
export async function insertMeasurement(tx: Executor, row: NewMeasurement): Promise<boolean> {
  const { rows } = await sql`
    insert into assurance_measurements (id, trial_id, repository_id, owner_id, title,
      revision_digest, revision_number, path, task, suite_id, suite_owner_id, suite_digest,
      suite_name, suite_source, suite_licence, suite_open, metric, cases, state, repeat_of,
      requested_by, created_at)
    values (${row.id}, ${row.trial_id}, ${row.repository_id}, ${row.owner_id}, ${json(row.title)},
      ${row.revision_digest}, ${row.revision_number}, ${row.path}, ${row.task}, ${row.suite_id},
      ${row.suite_owner_id}, ${row.suite_digest}, ${json(row.suite_name)}, ${row.suite_source},
      ${row.suite_licence}, ${row.suite_open}, ${row.metric}, ${row.cases}, 'waiting',
      ${row.repeat_of}, ${row.requested_by}, ${row.created_at})
    on conflict do nothing returning id`.execute(tx);
  return rows.length > 0;
}

export async function openMeasurementOf(
  db: Executor,
  of: { trialId: string; suiteDigest: string },
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from assurance_measurements where state in ('waiting', 'running')
      and trial_id = ${of.trialId} and suite_digest = ${of.suiteDigest}`.execute(db);
  return rows[0]?.id ?? null;
}

/** The first finished measurement of the same program by the same metric over the same cases. */
export async function firstMeasurementOf(
  db: Executor,
  of: Pick<
    MeasurementRow,
    'repository_id' | 'revision_digest' | 'path' | 'suite_id' | 'suite_digest' | 'metric'
  >,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from assurance_measurements where state = 'done' and repeat_of is null
      and repository_id = ${of.repository_id} and revision_digest = ${of.revision_digest}
      and path = ${of.path} and suite_id = ${of.suite_id} and suite_digest = ${of.suite_digest}
      and metric = ${of.metric}
    order by id limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

export async function countWaiting(db: Executor, ownerId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from assurance_measurements
    where owner_id = ${ownerId} and state in ('waiting', 'running')`.execute(db);
  return rows[0]?.n ?? 0;
}

/** With `lock`, held until the transaction ends. */
export async function readMeasurement(
  db: Executor,
  id: string,
  options: { lock?: boolean } = {},
): Promise<MeasurementRow | null> {
  const lock = options.lock ? sql`for update` : sql``;
  const { rows } = await sql<MeasurementRow>`
    select ${columns} from assurance_measurements m where m.id = ${id} ${lock}`.execute(db);
  return rows[0] ?? null;
}

export type Lease = { serverId: string; now: Date; until: Date };

/** The measurement that has waited longest, for one server and a while; null where none waits. */
export async function claimMeasurement(tx: Executor, lease: Lease): Promise<MeasurementRow | null> {
  const { rows } = await sql<{ id: string }>`
    select id from assurance_measurements
    where state in ('waiting', 'running') and (leased_until is null or leased_until <= ${lease.now})
      and (retry_at is null or retry_at <= ${lease.now})
    order by created_at, id limit 1 for update skip locked`.execute(tx);
  const id = rows[0]?.id;
  if (id === undefined) return null;
  await sql`
    update assurance_measurements set state = 'running', server_id = ${lease.serverId},
      leased_until = ${lease.until}, retry_at = null,
      started_at = coalesce(started_at, ${lease.now})
    where id = ${id}`.execute(tx);
  return readMeasurement(tx, id);
}

/** False where the lease is another's by now, or the measurement has ended. */
export async function renewLease(tx: Executor, id: string, lease: Lease): Promise<boolean> {
  const { rows } = await sql`
    update assurance_measurements set leased_until = ${lease.until}
    where id = ${id} and state = 'running' and server_id = ${lease.serverId}
    returning id`.execute(tx);
  return rows.length > 0;
}

/** Puts it back, to be begun again by any server where it stood. */
export async function putBack(
  tx: Executor,
  id: string,
  back: { serverId: string; faults: number; retryAt: Date | null },
): Promise<void> {
  await sql`
    update assurance_measurements set server_id = null, leased_until = null,
      faults = ${back.faults}, retry_at = ${back.retryAt}
    where id = ${id} and state = 'running' and server_id = ${back.serverId}`.execute(tx);
}

export type CaseRow = {
  place: number;
  case_id: string;
  problem: string | null;
  score: number;
  tally: Json;
  output_digest: string | null;
  output_kept: boolean;
  took_ms: number | null;
};

/** Counts a case; one that was counted before stays as it is. The caller holds the lease. */
export async function insertCase(tx: Executor, id: string, row: CaseRow): Promise<void> {
  const { rows } = await sql`
    insert into assurance_measured_cases (measurement_id, place, case_id, problem, score, tally,
      output_digest, output_kept, took_ms)
    values (${id}, ${row.place}, ${row.case_id}, ${row.problem}, ${row.score}, ${json(row.tally)},
      ${row.output_digest}, ${row.output_kept}, ${row.took_ms})
    on conflict do nothing returning place`.execute(tx);
  if (rows.length === 0) return;
  await sql`
    update assurance_measurements set cases_done = cases_done + 1,
      cases_failed = cases_failed + ${row.problem === null ? 0 : 1}
    where id = ${id}`.execute(tx);
}

export async function placesDone(db: Executor, id: string): Promise<Set<number>> {
  const { rows } = await sql<{ place: number }>`
    select place from assurance_measured_cases where measurement_id = ${id}`.execute(db);
  return new Set(rows.map(({ place }) => place));
}

/** All cases in the order of the suite. */
export async function allCases(db: Executor, id: string): Promise<CaseRow[]> {
  const { rows } = await sql<CaseRow>`
    select place, case_id, problem, score, tally, output_digest, output_kept, took_ms
    from assurance_measured_cases where measurement_id = ${id} order by place`.execute(db);
  return rows;
}

export async function readCaseRow(
  db: Executor,
  id: string,
  place: number,
): Promise<CaseRow | null> {
  const { rows } = await sql<CaseRow>`
    select place, case_id, problem, score, tally, output_digest, output_kept, took_ms
    from assurance_measured_cases
    where measurement_id = ${id} and place = ${place}`.execute(db);
  return rows[0] ?? null;
}

/** The worst first; `after` is the last of the page before. */
export async function worstCases(
  db: Executor,
  id: string,
  page: { failedOnly: boolean; after: { score: number; place: number } | null; limit: number },
): Promise<{ rows: Omit<CaseRow, 'tally'>[]; total: number }> {
  const failed = page.failedOnly ? sql`and problem is not null` : sql``;
  const counted = await sql<{ n: number }>`
    select count(*) as n from assurance_measured_cases
    where measurement_id = ${id} ${failed}`.execute(db);
  const later = page.after
    ? sql`and (score, place) > (${page.after.score}::float8, ${page.after.place}::int)`
    : sql``;
  const { rows } = await sql<Omit<CaseRow, 'tally'>>`
    select place, case_id, problem, score, output_digest, output_kept, took_ms
    from assurance_measured_cases where measurement_id = ${id} ${failed} ${later}
    order by score, place limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

export type MeasurementEnd = Pick<
  MeasurementRow,
  | 'state'
  | 'reason_code'
  | 'score'
  | 'interval_low'
  | 'interval_high'
  | 'figures'
  | 'median_ms'
  | 'p90_ms'
  | 'environment_digest'
  | 'outputs_digest'
  | 'repeat_outcome'
  | 'differing'
> & { at: Date; factId: string | null };

export async function endMeasurement(tx: Executor, id: string, end: MeasurementEnd): Promise<void> {
  await sql`
    update assurance_measurements set state = ${end.state}, reason_code = ${end.reason_code},
      server_id = null, leased_until = null, retry_at = null, score = ${end.score},
      interval_low = ${end.interval_low}, interval_high = ${end.interval_high},
      figures = ${end.figures === null ? null : json(end.figures)}, median_ms = ${end.median_ms},
      p90_ms = ${end.p90_ms}, environment_digest = ${end.environment_digest},
      outputs_digest = ${end.outputs_digest}, repeat_outcome = ${end.repeat_outcome},
      differing = ${end.differing}, fact_id = ${end.factId}, finished_at = ${end.at}
    where id = ${id}`.execute(tx);
}

/** Cases whose outputs differ between two measurements of the same suite. */
export async function countDiffering(db: Executor, left: string, right: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from assurance_measured_cases a
    full join assurance_measured_cases b on b.measurement_id = ${right} and b.place = a.place
    where a.measurement_id = ${left}
      and a.output_digest is distinct from b.output_digest`.execute(db);
  return rows[0]?.n ?? 0;
}

export async function repeatsOf(db: Executor, id: string, limit: number) {
  const { rows } = await sql<MeasurementRow>`
    select ${columns} from assurance_measurements m where m.repeat_of = ${id}
    order by m.id desc limit ${limit}`.execute(db);
  return rows;
}

export type MeasurementFilter = {
  repositoryId?: string | undefined;
  revisionDigest?: string | undefined;
  trialId?: string | undefined;
  suiteId?: string | undefined;
  state?: MeasurementState | undefined;
  repeats: boolean;
  visible: RawBuilder<unknown>;
};

function matching(filter: MeasurementFilter): RawBuilder<unknown> {
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  return sql.join(
    [
      ...equal('m.repository_id', filter.repositoryId),
      ...equal('m.revision_digest', filter.revisionDigest),
      ...equal('m.trial_id', filter.trialId),
      ...equal('m.suite_id', filter.suiteId),
      ...equal('m.state', filter.state),
      ...(filter.repeats ? [] : [sql`m.repeat_of is null`]),
      filter.visible,
    ],
    sql` and `,
  );
}

export async function listMeasurements(
  db: Executor,
  filter: MeasurementFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: MeasurementRow[]; total: number }> {
  const where = matching(filter);
  const counted = await sql<{ n: number }>`
    select count(*) as n from assurance_measurements m where ${where}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and m.id < ${page.before}`;
  const { rows } = await sql<MeasurementRow>`
    select ${columns} from assurance_measurements m where ${where} ${earlier}
    order by m.id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

/** The revision of a suite that was measured last; null where none was. */
export async function lastMeasuredSuite(db: Executor, suiteId: string): Promise<string | null> {
  const { rows } = await sql<{ suite_digest: string }>`
    select suite_digest from assurance_measurements where suite_id = ${suiteId} and state = 'done'
    order by finished_at desc, id desc limit 1`.execute(db);
  return rows[0]?.suite_digest ?? null;
}

export type BoardRow = MeasurementRow & { repeats: number; repeats_same: number; rank: number };

/** Of each algorithm the latest revision that was measured, the best first. */
export async function boardOf(
  db: Executor,
  of: { suiteId: string; suiteDigest: string; visible: RawBuilder<unknown>; better: string },
  page: { offset: number; limit: number },
): Promise<{ rows: BoardRow[]; total: number }> {
  const latest = sql`
    select distinct on (m.repository_id, m.path) m.* from assurance_measurements m
    where m.suite_id = ${of.suiteId} and m.suite_digest = ${of.suiteDigest} and m.state = 'done'
      and m.repeat_of is null and ${of.visible}
    order by m.repository_id, m.path, m.revision_number desc, m.id desc`;
  const counted = await sql<{ n: number }>`
    select count(*) as n from (${latest}) as latest`.execute(db);
  const order = of.better === 'lower' ? sql`m.score` : sql`m.score desc`;
  const { rows } = await sql<BoardRow>`
    select ${columns}, rank() over (order by ${order}) as rank,
      (select count(*) from assurance_measurements r where r.repeat_of = m.id
        and r.state = 'done') as repeats,
      (select count(*) from assurance_measurements r where r.repeat_of = m.id
        and r.repeat_outcome = 'same') as repeats_same
    from (${latest}) as m
    order by ${order}, m.id limit ${page.limit} offset ${page.offset}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

export type SuiteRow = MeasurementRow & { algorithms: number };

/** The suites on which something was measured, the last measured first, each with its latest measurement. */
export async function listSuites(
  db: Executor,
  filter: { task?: string | undefined; visible: RawBuilder<unknown> },
  page: { offset: number; limit: number },
): Promise<{ rows: SuiteRow[]; total: number }> {
  const task = filter.task === undefined ? sql`true` : sql`m.task = ${filter.task}`;
  const seen = sql`
    with seen as (
      select m.* from assurance_measurements m where m.state = 'done' and ${task} and ${filter.visible}
    ), latest as (
      select distinct on (suite_id) * from seen order by suite_id, finished_at desc, id desc
    )`;
  const counted = await sql<{ n: number }>`${seen} select count(*) as n from latest`.execute(db);
  const { rows } = await sql<SuiteRow>`
    ${seen}
    select ${columns}, (
      select count(distinct (seen.repository_id, seen.path)) from seen
      where seen.suite_id = m.suite_id and seen.suite_digest = m.suite_digest
    ) as algorithms
    from latest m order by m.finished_at desc, m.id desc
    limit ${page.limit} offset ${page.offset}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

/** Which of these objects are kept outputs. */
export async function outputsInUse(db: Executor, digests: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ digest: string }>`
    select distinct output_digest as digest from assurance_measured_cases
    where output_kept and output_digest = any(${texts(digests)})`.execute(db);
  return new Set(rows.map(({ digest }) => digest));
}
