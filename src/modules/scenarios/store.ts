import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Cursor } from '#kernel/page.ts';
import type { JsonObject } from '#verify/json.ts';
import type { CallState } from './call-state.ts';
import type { CallDraft } from './entities.ts';
import type { FrozenCall } from './freeze-call.ts';

/** The only SQL for scenarios, calls and teams; that of submissions is in submission-store.ts. */

export type ScenarioRow = {
  id: string;
  owner_id: string;
  title: Words;
  summary: Words;
  sector: string;
  district: string | null;
  state: 'draft' | 'published';
  created_at: Date;
  published_at: Date | null;
  version: number;
  calls: number;
};

export type CallRow = {
  id: string;
  scenario_id: string;
  owner_id: string;
  draft: CallDraft;
  frozen: FrozenCall | null;
  frozen_digest: string | null;
  state: CallState;
  state_at: Date;
  created_at: Date;
  opens_at: Date | null;
  closes_at: Date | null;
  opened_at: Date | null;
  closed_at: Date | null;
  settled_at: Date | null;
  publish_case_id: string | null;
  award_case_id: string | null;
  step_due_at: Date | null;
  case_step_id: string | null;
  document: JsonObject | null;
  opening_fact_id: string | null;
  closing_fact_id: string | null;
  proposed_submission_id: string | null;
  awarded_submission_id: string | null;
  awarded_at: Date | null;
  certificate_id: string | null;
  certified_at: Date | null;
  stop_reason: string | null;
  version: number;
};

export type ListedCall = CallRow & {
  scenario_title: Words;
  sector: string;
  district: string | null;
  teams: number;
  submissions: number;
  evaluating: number;
  scored: number;
  failed: number;
};

export type TeamRow = {
  id: string;
  call_id: string;
  organisation_id: string;
  name: string;
  joined_at: Date;
  withdrawn_at: Date | null;
  submissions: number;
};

type Page = { cursor: Cursor | null; limit: number };

const scenarioColumns =
  sql.raw(`s.id, s.owner_id, s.title, s.summary, s.sector, s.district, s.state,
  s.created_at, s.published_at, s.version,
  (select count(*) from scenarios_calls c where c.scenario_id = s.id) as calls`);
const callColumns = sql.raw(`c.id, c.scenario_id, c.owner_id, c.draft, c.frozen, c.frozen_digest,
  c.state, c.state_at, c.created_at, c.opens_at, c.closes_at, c.opened_at, c.closed_at, c.settled_at,
  c.publish_case_id, c.award_case_id, c.step_due_at, c.case_step_id, c.document,
  c.opening_fact_id, c.closing_fact_id,
  c.proposed_submission_id, c.awarded_submission_id, c.awarded_at, c.certificate_id, c.certified_at,
  c.stop_reason, c.version`);
const teamColumns = sql.raw(`t.id, t.call_id, t.organisation_id, t.name, t.joined_at,
  t.withdrawn_at,
  (select count(*) from scenarios_submissions b where b.team_id = t.id) as submissions`);

/** A pattern for `ilike` that finds the text itself, whatever signs are in it. */
function patternOf(text: string): string {
  return `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`;
}

const all = (parts: readonly RawBuilder<boolean>[]) =>
  parts.length > 0 ? sql<boolean>`${sql.join(parts, sql` and `)}` : sql<boolean>`true`;

export async function insertScenario(
  tx: Executor,
  row: Omit<ScenarioRow, 'state' | 'published_at' | 'version' | 'calls'>,
): Promise<void> {
  await sql`
    insert into scenarios_scenarios (id, owner_id, title, summary, sector, district, state,
      created_at, version)
    values (${row.id}, ${row.owner_id}, ${json(row.title)}, ${json(row.summary)}, ${row.sector},
      ${row.district}, 'draft', ${row.created_at}, 1)`.execute(tx);
}

export async function readScenario(tx: Executor, id: string): Promise<ScenarioRow | undefined> {
  const { rows } = await sql<ScenarioRow>`
    select ${scenarioColumns} from scenarios_scenarios s where s.id = ${id}`.execute(tx);
  return rows[0];
}

/** Writes what a scenario says, if it still has the version. */
export async function updateScenario(
  tx: Executor,
  row: Pick<ScenarioRow, 'id' | 'title' | 'summary' | 'sector' | 'district' | 'version'>,
): Promise<boolean> {
  const { rows } = await sql`
    update scenarios_scenarios set title = ${json(row.title)}, summary = ${json(row.summary)},
      sector = ${row.sector}, district = ${row.district}, version = version + 1
    where id = ${row.id} and version = ${row.version} returning id`.execute(tx);
  return rows.length === 1;
}

export async function publishScenario(tx: Executor, id: string, at: Date): Promise<void> {
  await sql`
    update scenarios_scenarios set state = 'published', published_at = ${at}
    where id = ${id} and state = 'draft'`.execute(tx);
}

export type ScenarioFilter = {
  visible: RawBuilder<boolean>;
  query: string | undefined;
  sector: string | undefined;
  district: string | undefined;
  ownerId: string | undefined;
  state: string | undefined;
  sort: 'newest' | 'oldest';
};

export async function listScenarios(tx: Executor, filter: ScenarioFilter, page: Page) {
  const parts = [filter.visible];
  if (filter.query?.trim()) {
    const pattern = patternOf(filter.query);
    parts.push(sql`(s.title::text ilike ${pattern} or s.summary::text ilike ${pattern})`);
  }
  if (filter.sector) parts.push(sql`s.sector = ${filter.sector}`);
  if (filter.district) parts.push(sql`s.district = ${filter.district}`);
  if (filter.ownerId) parts.push(sql`s.owner_id = ${filter.ownerId}`);
  if (filter.state) parts.push(sql`s.state = ${filter.state}`);
  const where = all(parts);
  const { cursor } = page;
  const newest = filter.sort === 'newest';
  const sign = sql.raw(newest ? '<' : '>');
  const after = cursor
    ? sql`(s.created_at, s.id) ${sign} (${cursor.key}::timestamptz, ${cursor.id})`
    : sql`true`;
  const order = sql.raw(newest ? 's.created_at desc, s.id desc' : 's.created_at, s.id');
  const { rows } = await sql<ScenarioRow>`
    select ${scenarioColumns} from scenarios_scenarios s
    where ${where} and ${after} order by ${order} limit ${page.limit + 1}`.execute(tx);
  const count = await sql<{ n: number }>`
    select count(*) as n from scenarios_scenarios s where ${where}`.execute(tx);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

/** Published scenarios by district, for the map. */
export async function countByDistrict(tx: Executor) {
  const { rows } = await sql<{ district: string; scenarios: number }>`
    select district, count(*) as scenarios from scenarios_scenarios
    where state = 'published' and district is not null group by district order by district`.execute(
    tx,
  );
  return rows;
}

export async function insertCall(
  tx: Executor,
  row: Pick<CallRow, 'id' | 'scenario_id' | 'owner_id' | 'draft' | 'created_at'>,
): Promise<void> {
  await sql`
    insert into scenarios_calls (id, scenario_id, owner_id, draft, state, state_at, created_at, version)
    values (${row.id}, ${row.scenario_id}, ${row.owner_id}, ${json(row.draft)}, 'draft',
      ${row.created_at}, ${row.created_at}, 1)`.execute(tx);
}

/** Reads a call and, where `lock` is given, keeps others from changing it until the transaction ends. */
export async function readCall(
  tx: Executor,
  callId: string,
  options: { lock?: boolean } = {},
): Promise<CallRow | undefined> {
  const { rows } = await sql<CallRow>`
    select ${callColumns} from scenarios_calls c where c.id = ${callId}
    ${sql.raw(options.lock ? 'for update' : '')}`.execute(tx);
  return rows[0];
}

/** What of a call may change, as columns; jsonb members are passed as they are. */
export type CallChange = Partial<
  Omit<CallRow, 'id' | 'scenario_id' | 'owner_id' | 'created_at' | 'version'>
>;

const jsonColumns: ReadonlySet<string> = new Set(['draft', 'frozen', 'document']);

/** Changes a call whose row is locked, and raises its version. */
export async function updateCall(tx: Executor, callId: string, change: CallChange): Promise<void> {
  const sets = Object.entries(change).map(([column, value]) => {
    const parameter = jsonColumns.has(column) && value !== null ? json(value) : sql`${value}`;
    return sql`${sql.ref(column)} = ${parameter}`;
  });
  await sql`
    update scenarios_calls set ${sql.join([...sets, sql`version = version + 1`])}
    where id = ${callId}`.execute(tx);
}

export type CallFilter = {
  visible: RawBuilder<boolean>;
  callId?: string | undefined;
  query?: string | undefined;
  scenarioId?: string | undefined;
  ownerId?: string | undefined;
  state?: string | undefined;
  sector?: string | undefined;
  district?: string | undefined;
  sort: 'newest' | 'closing';
};

const NEVER = '9999-12-31T00:00:00.000Z';
const closing = sql.raw(`coalesce(c.closes_at, '${NEVER}'::timestamptz)`);

/** Where a row stands in a list, for the cursor. */
export function placeOfCall(row: CallRow, sort: 'newest' | 'closing'): Cursor {
  const at = sort === 'newest' ? row.created_at.toISOString() : row.closes_at?.toISOString();
  return { key: at ?? NEVER, id: row.id };
}

export async function listCalls(tx: Executor, filter: CallFilter, page: Page) {
  const where = callConditions(filter);
  const { cursor } = page;
  const newest = filter.sort === 'newest';
  const after = !cursor
    ? sql`true`
    : newest
      ? sql`(c.created_at, c.id) < (${cursor.key}::timestamptz, ${cursor.id})`
      : sql`(${closing}, c.id) > (${cursor.key}::timestamptz, ${cursor.id})`;
  const order = newest ? sql`c.created_at desc, c.id desc` : sql`${closing}, c.id`;
  const from = sql`scenarios_calls c join scenarios_scenarios s on s.id = c.scenario_id`;
  const { rows } = await sql<ListedCall>`
    select ${callColumns}, s.title as scenario_title, s.sector, s.district,
      (select count(*) from scenarios_teams t
        where t.call_id = c.id and t.withdrawn_at is null) as teams,
      n.submissions, n.evaluating, n.scored, n.failed
    from ${from}, lateral (
      select count(*) as submissions,
        count(*) filter (where b.state = 'evaluating') as evaluating,
        count(*) filter (where b.state = 'scored') as scored,
        count(*) filter (where b.state = 'failed') as failed
      from scenarios_submissions b where b.call_id = c.id
    ) n
    where ${where} and ${after} order by ${order} limit ${page.limit + 1}`.execute(tx);
  const count = await sql<{ n: number }>`
    select count(*) as n from ${from} where ${where}`.execute(tx);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

function callConditions(filter: CallFilter): RawBuilder<boolean> {
  const parts = [filter.visible];
  if (filter.callId) parts.push(sql`c.id = ${filter.callId}`);
  if (filter.query?.trim()) {
    const pattern = patternOf(filter.query);
    parts.push(
      sql`((c.draft -> 'title')::text ilike ${pattern} or s.title::text ilike ${pattern})`,
    );
  }
  if (filter.scenarioId) parts.push(sql`c.scenario_id = ${filter.scenarioId}`);
  if (filter.ownerId) parts.push(sql`c.owner_id = ${filter.ownerId}`);
  if (filter.state) parts.push(sql`c.state = ${filter.state}`);
  if (filter.sector) parts.push(sql`s.sector = ${filter.sector}`);
  if (filter.district) parts.push(sql`s.district = ${filter.district}`);
  return all(parts);
}

/** Calls that the clock opens or closes now, or that only wait for their last evaluation to be settled. */
export async function callsDue(tx: Executor, at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from scenarios_calls c
    where (state = 'scheduled' and coalesce(opens_at, ${at}) <= ${at})
      or (state = 'open' and closes_at <= ${at})
      or (state = 'closed' and settled_at is null and not exists (
        select 1 from scenarios_submissions b
        where b.call_id = c.id and b.state = 'evaluating'))
    order by id limit 100`.execute(tx);
  return rows.map((row) => row.id);
}

/** When the clock is wanted next, for a call or for a late submission. */
export async function nextInstant(tx: Executor): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select least(
      (select min(opens_at) from scenarios_calls where state = 'scheduled'),
      (select min(closes_at) from scenarios_calls where state = 'open'),
      (select min(deadline_at) from scenarios_submissions where state = 'evaluating')
    ) as at`.execute(tx);
  return rows[0]?.at ?? null;
}

/**
 * The call that the home page shows: the one that opened last among those that a team has answered or
 * that have gone on from there; or else the one that opened last.
 */
export async function latestCall(tx: Executor): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from scenarios_calls c where opened_at is not null
    order by state = 'open' and not exists (
        select 1 from scenarios_submissions s where s.call_id = c.id and s.team_id is not null
      ), opened_at desc, id desc limit 1`.execute(tx);
  return rows[0]?.id;
}

/** The call that opened last among those which take submissions now. */
export async function latestOpenCall(tx: Executor): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from scenarios_calls where state = 'open'
    order by opened_at desc, id desc limit 1`.execute(tx);
  return rows[0]?.id;
}

export async function insertTeam(
  tx: Executor,
  row: Omit<TeamRow, 'withdrawn_at' | 'submissions'>,
): Promise<void> {
  await sql`
    insert into scenarios_teams (id, call_id, organisation_id, name, joined_at)
    values (${row.id}, ${row.call_id}, ${row.organisation_id}, ${row.name}, ${row.joined_at})`.execute(
    tx,
  );
}

export async function readTeam(
  tx: Executor,
  teamId: string,
  options: { lock?: boolean } = {},
): Promise<TeamRow | undefined> {
  const { rows } = await sql<TeamRow>`
    select ${teamColumns} from scenarios_teams t where t.id = ${teamId}
    ${sql.raw(options.lock ? 'for update' : '')}`.execute(tx);
  return rows[0];
}

/** The teams of a call that organisations have in it, or all of them. */
export async function teamsOf(
  tx: Executor,
  callId: string,
  organisations?: readonly string[],
): Promise<TeamRow[]> {
  const own = organisations ? sql`and t.organisation_id = any(${texts(organisations)})` : sql``;
  const { rows } = await sql<TeamRow>`
    select ${teamColumns} from scenarios_teams t
    where t.call_id = ${callId} and t.withdrawn_at is null ${own}
    order by t.joined_at, t.id`.execute(tx);
  return rows;
}

export async function listTeams(
  tx: Executor,
  filter: { callId: string; query: string | undefined },
  page: Page,
) {
  const query = filter.query?.trim();
  const found = query ? sql`and t.name ilike ${patternOf(query)}` : sql``;
  const where = sql`t.call_id = ${filter.callId} and t.withdrawn_at is null ${found}`;
  const { cursor } = page;
  const after = cursor
    ? sql`(t.joined_at, t.id) > (${cursor.key}::timestamptz, ${cursor.id})`
    : sql`true`;
  const { rows } = await sql<TeamRow>`
    select ${teamColumns} from scenarios_teams t
    where ${where} and ${after} order by t.joined_at, t.id limit ${page.limit + 1}`.execute(tx);
  const count = await sql<{ n: number }>`
    select count(*) as n from scenarios_teams t where ${where}`.execute(tx);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

export async function withdrawTeam(tx: Executor, teamId: string, at: Date): Promise<void> {
  await sql`
    update scenarios_teams set withdrawn_at = ${at}
    where id = ${teamId} and withdrawn_at is null`.execute(tx);
}
