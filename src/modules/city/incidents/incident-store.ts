import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Severity } from '../rules/rule-entities.ts';
import type { JudgedRow } from '../rules/rule-memory.ts';
import type { IncidentEvent, IncidentOutcome, IncidentState } from './incident-entities.ts';

/** The only SQL for incidents. */

/** What a person decided about the case of an incident, until the case has it. */
export type CaseDue = { decision: 'approve' | 'reject'; reason: string };

export type IncidentRow = {
  id: string;
  rule_id: string;
  rule_version: number;
  thing_id: string;
  owner_id: string;
  title: Words;
  severity: Severity;
  state: IncidentState;
  district: string | null;
  replayed: boolean;
  deployment_id: string | null;
  readings: number;
  first_observed_at: Date;
  last_observed_at: Date;
  opened_at: Date;
  updated_at: Date;
  latency_ms: number;
  resolved_at: Date | null;
  assignee: string | null;
  outcome: IncidentOutcome | null;
  reason: string | null;
  case_id: string | null;
  case_due: CaseDue | null;
};

const incidentColumns = sql`city_incidents.id, rule_id, rule_version, thing_id, city_incidents.owner_id,
  title, severity, state, city_incidents.district, city_incidents.replayed, deployment_id, readings,
  first_observed_at, last_observed_at, opened_at, updated_at, latency_ms, resolved_at, assignee,
  outcome, reason, case_id, case_due`;

export const incidentIdColumn: RawBuilder<unknown> = sql.ref('city_incidents.id');
const unfinished = sql`state in ('open', 'acknowledged', 'assigned')`;

/** Readings kept with an incident. */
const ROWS_MAX = 500;

export async function insertIncident(
  tx: Executor,
  row: Omit<
    IncidentRow,
    'state' | 'resolved_at' | 'assignee' | 'outcome' | 'reason' | 'case_due' | 'updated_at'
  >,
): Promise<void> {
  await sql`
    insert into city_incidents (id, rule_id, rule_version, thing_id, owner_id, title, severity, state,
      district, replayed, deployment_id, readings, first_observed_at, last_observed_at, opened_at,
      updated_at, latency_ms, case_id)
    values (${row.id}, ${row.rule_id}, ${row.rule_version}, ${row.thing_id}, ${row.owner_id},
      ${json(row.title)}, ${row.severity}, 'open', ${row.district}, ${row.replayed},
      ${row.deployment_id}, ${row.readings}, ${row.first_observed_at}, ${row.last_observed_at},
      ${row.opened_at}, ${row.opened_at}, ${row.latency_ms}, ${row.case_id})`.execute(tx);
}

/** Counts further readings of an incident that is open. */
export async function countReadings(
  tx: Executor,
  change: { id: string; readings: number; lastObservedAt: Date; replayed: boolean; at: Date },
): Promise<void> {
  await sql`
    update city_incidents set readings = readings + ${change.readings},
      last_observed_at = greatest(last_observed_at, ${change.lastObservedAt}),
      replayed = replayed or ${change.replayed}, updated_at = ${change.at}
    where id = ${change.id}`.execute(tx);
}

export type IncidentChange = Partial<
  Pick<IncidentRow, 'assignee' | 'outcome' | 'reason' | 'case_id' | 'case_due' | 'resolved_at'>
>;

export async function moveIncident(
  tx: Executor,
  id: string,
  state: IncidentState,
  change: IncidentChange,
  at: Date,
): Promise<void> {
  const sets = Object.entries(change).map(([name, value]) =>
    name === 'case_due'
      ? sql`case_due = ${value === null ? sql`null` : json(value)}`
      : sql`${sql.ref(name)} = ${value}`,
  );
  await sql`
    update city_incidents set ${sql.join([sql`state = ${state}`, sql`updated_at = ${at}`, ...sets])}
    where id = ${id}`.execute(tx);
}

export async function readIncident(
  db: Executor,
  id: string,
  { lock = false } = {},
): Promise<IncidentRow | null> {
  const { rows } = await sql<IncidentRow>`
    select ${incidentColumns} from city_incidents where id = ${id}
    ${lock ? sql`for update` : sql``}`.execute(db);
  return rows[0] ?? null;
}

/** The unfinished incidents of a rule at these things, locked. */
export async function openIncidents(
  tx: Executor,
  ruleId: string,
  thingIds: readonly string[],
): Promise<Map<string, IncidentRow>> {
  const { rows } = await sql<IncidentRow>`
    select ${incidentColumns} from city_incidents
    where rule_id = ${ruleId} and thing_id = any(${texts(thingIds)}) and ${unfinished}
    for update`.execute(tx);
  return new Map(rows.map((row) => [row.thing_id, row]));
}

export async function countOpen(tx: Executor, ruleId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from city_incidents
    where rule_id = ${ruleId} and ${unfinished}`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** When an incident of a rule at a thing was last resolved; null for never. */
export async function lastResolved(
  tx: Executor,
  ruleId: string,
  thingId: string,
): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(resolved_at) as at from city_incidents
    where rule_id = ${ruleId} and thing_id = ${thingId}`.execute(tx);
  return rows[0]?.at ?? null;
}

export async function addRows(
  tx: Executor,
  incidentId: string,
  rows: readonly JudgedRow[],
): Promise<void> {
  await sql`
    insert into city_incident_rows (incident_id, at, observation_id, cells, matched, score)
    select ${incidentId}, (item->>'at')::timestamptz, item->>'observationId', item->'cells',
      (item->>'matched')::boolean, (item->>'score')::double precision
    from jsonb_array_elements(${json(rows)}) item
    where (select count(*) from city_incident_rows where incident_id = ${incidentId}) < ${ROWS_MAX}
    on conflict do nothing`.execute(tx);
}

export async function readRows(
  db: Executor,
  incidentId: string,
): Promise<{ at: Date; cells: JudgedRow['cells']; matched: boolean; score: number | null }[]> {
  const { rows } = await sql<{
    at: Date;
    cells: JudgedRow['cells'];
    matched: boolean;
    score: number | null;
  }>`
    select at, cells, matched, score from city_incident_rows
    where incident_id = ${incidentId} order by at, observation_id`.execute(db);
  return rows;
}

export type EventRow = {
  id: string;
  incident_id: string;
  at: Date;
  actor: string;
  kind: IncidentEvent;
  text: string | null;
};

export async function insertEvent(tx: Executor, row: EventRow): Promise<void> {
  await sql`
    insert into city_incident_events (id, incident_id, at, actor, kind, text)
    values (${row.id}, ${row.incident_id}, ${row.at}, ${row.actor}, ${row.kind},
      ${row.text})`.execute(tx);
}

export async function readEvents(db: Executor, incidentId: string): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select id, incident_id, at, actor, kind, text from city_incident_events
    where incident_id = ${incidentId} order by at, id limit 500`.execute(db);
  return rows;
}

/** Incidents whose case waits for a person's decision to reach it. */
export async function casesDue(db: Executor, limit: number): Promise<IncidentRow[]> {
  const { rows } = await sql<IncidentRow>`
    select ${incidentColumns} from city_incidents where case_due is not null
    order by id limit ${limit}`.execute(db);
  return rows;
}

export async function clearCaseDue(tx: Executor, id: string): Promise<void> {
  await sql`update city_incidents set case_due = null where id = ${id}`.execute(tx);
}

export type IncidentFilter = {
  state?: string | undefined;
  severity?: string | undefined;
  ruleId?: string | undefined;
  thingId?: string | undefined;
  district?: string | undefined;
  query?: string | undefined;
  visible: RawBuilder<boolean>;
};

function matching(filter: IncidentFilter): RawBuilder<unknown> {
  const { state, severity, ruleId, thingId, district, visible } = filter;
  const words = filter.query?.trim().toLowerCase();
  const conditions = [visible];
  if (state === 'unfinished') conditions.push(sql<boolean>`${unfinished}`);
  else if (state !== undefined) conditions.push(sql<boolean>`state = ${state}`);
  if (severity !== undefined) conditions.push(sql<boolean>`severity = ${severity}`);
  if (ruleId !== undefined) conditions.push(sql<boolean>`rule_id = ${ruleId}`);
  if (thingId !== undefined) conditions.push(sql<boolean>`thing_id = ${thingId}`);
  if (district !== undefined) conditions.push(sql<boolean>`city_incidents.district = ${district}`);
  if (words) {
    conditions.push(
      sql<boolean>`position(${words} in lower(title::text || ' ' || coalesce(t.name, ''))) > 0`,
    );
  }
  return sql.join(conditions, sql` and `);
}

const withThing = sql`city_incidents left join city_things t on t.id = city_incidents.thing_id`;

export async function listIncidents(
  db: Executor,
  filter: IncidentFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: IncidentRow[]; total: number }> {
  const { rows } = await sql<IncidentRow>`
    select ${incidentColumns} from ${withThing} where ${matching(filter)}
    ${page.before === null ? sql`` : sql`and city_incidents.id < ${page.before}`}
    order by city_incidents.id desc limit ${page.limit}`.execute(db);
  const { rows: counted } = await sql<{ count: number }>`
    select count(*) as count from ${withThing} where ${matching(filter)}`.execute(db);
  return { rows, total: counted[0]?.count ?? 0 };
}
