import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { RuleDocument } from './rule-entities.ts';
import type { RuleMemory } from './rule-memory.ts';

/** The only SQL for rules, their versions and their memories. */

export type RuleRow = {
  id: string;
  owner_id: string;
  version: number;
  document: RuleDocument;
  state: 'active' | 'paused';
  created_by: string;
  created_at: Date;
  updated_at: Date;
  position: string | null;
  span_until: string | null;
  span_version: number | null;
  span_holder: string | null;
  span_lease: Date | null;
  observations: number;
  rows: number;
  incomplete: number;
  late: number;
  matched: number;
  suppressed: number;
  incidents: number;
  last_observed_at: Date | null;
  error: string | null;
  attempts: number;
};

const ruleColumns = sql`city_rules.id, owner_id, version, document, state, created_by, created_at,
  updated_at, position, span_until, span_version, span_holder, span_lease, observations, rows,
  incomplete, late, matched, suppressed, incidents, last_observed_at, error, attempts`;

export const ruleIdColumn: RawBuilder<unknown> = sql.ref('city_rules.id');

export async function insertRule(
  tx: Executor,
  row: Pick<RuleRow, 'id' | 'owner_id' | 'document' | 'created_by' | 'created_at' | 'position'>,
): Promise<void> {
  await sql`
    insert into city_rules (id, owner_id, version, document, state, created_by, created_at,
      updated_at, position)
    values (${row.id}, ${row.owner_id}, 1, ${json(row.document)}, 'active', ${row.created_by},
      ${row.created_at}, ${row.created_at}, ${row.position})`.execute(tx);
  await insertVersion(tx, { ...row, version: 1, by: row.created_by, at: row.created_at });
}

async function insertVersion(
  tx: Executor,
  row: { id: string; version: number; document: RuleDocument; by: string; at: Date },
) {
  await sql`
    insert into city_rule_versions (rule_id, version, document, written_by, written_at)
    values (${row.id}, ${row.version}, ${json(row.document)}, ${row.by}, ${row.at})`.execute(tx);
}

/** Gives a rule its next version. What had begun under the one before goes on. */
export async function updateRule(
  tx: Executor,
  row: { id: string; version: number; document: RuleDocument; by: string; at: Date },
): Promise<void> {
  await sql`
    update city_rules set version = ${row.version}, document = ${json(row.document)},
      updated_at = ${row.at}, error = null, attempts = 0
    where id = ${row.id}`.execute(tx);
  await insertVersion(tx, row);
}

/** Pauses a rule, or lets it go on from a place with nothing in mind. */
export async function setRuleState(
  tx: Executor,
  change: { id: string; state: 'active' | 'paused'; position: string | null; at: Date },
): Promise<void> {
  await sql`
    update city_rules set state = ${change.state}, position = ${change.position},
      updated_at = ${change.at}, span_until = null, span_version = null, error = null, attempts = 0
    where id = ${change.id}`.execute(tx);
  await sql`delete from city_rule_memories where rule_id = ${change.id}`.execute(tx);
}

export async function readRule(
  db: Executor,
  id: string,
  { lock = false } = {},
): Promise<RuleRow | null> {
  const { rows } = await sql<RuleRow>`
    select ${ruleColumns} from city_rules where id = ${id}
    ${lock ? sql`for update` : sql``}`.execute(db);
  return rows[0] ?? null;
}

export async function readVersion(
  db: Executor,
  id: string,
  version: number,
): Promise<RuleDocument | null> {
  const { rows } = await sql<{ document: RuleDocument }>`
    select document from city_rule_versions
    where rule_id = ${id} and version = ${version}`.execute(db);
  return rows[0]?.document ?? null;
}

export async function activeRules(
  db: Executor,
): Promise<{ id: string; position: string | null }[]> {
  const { rows } = await sql<{ id: string; position: string | null }>`
    select id, position from city_rules where state = 'active' order by id`.execute(db);
  return rows;
}

export async function countRules(tx: Executor, ownerId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from city_rules where owner_id = ${ownerId}`.execute(tx);
  return rows[0]?.count ?? 0;
}

export type RuleFilter = {
  ownerId?: string | undefined;
  state?: string | undefined;
  query?: string | undefined;
  visible: RawBuilder<boolean>;
};

function matching({ ownerId, state, query, visible }: RuleFilter): RawBuilder<unknown> {
  const words = query?.trim().toLowerCase();
  return sql`${visible}
    ${ownerId === undefined ? sql`` : sql`and owner_id = ${ownerId}`}
    ${state === undefined ? sql`` : sql`and state = ${state}`}
    ${words ? sql`and position(${words} in lower(document->>'title')) > 0` : sql``}`;
}

export async function listRules(
  db: Executor,
  filter: RuleFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: RuleRow[]; total: number }> {
  const { rows } = await sql<RuleRow>`
    select ${ruleColumns} from city_rules where ${matching(filter)}
    ${page.before === null ? sql`` : sql`and city_rules.id < ${page.before}`}
    order by city_rules.id desc limit ${page.limit}`.execute(db);
  const { rows: counted } = await sql<{ count: number }>`
    select count(*) as count from city_rules where ${matching(filter)}`.execute(db);
  return { rows, total: counted[0]?.count ?? 0 };
}

/**
 * Holds the span after a rule's position for one server, if no other holds it; the span as it is then: one that
 * was begun before keeps its end and version.
 */
export async function holdSpan(
  tx: Executor,
  rule: { id: string; position: string | null },
  span: { until: string; version: number; holder: string; now: Date; lease: Date },
): Promise<{ until: string; version: number } | null> {
  const { rows } = await sql<{ until: string; version: number }>`
    update city_rules set span_until = coalesce(span_until, ${span.until}),
      span_version = case when span_until is null then ${span.version} else span_version end,
      span_holder = ${span.holder}, span_lease = ${span.lease}
    where id = ${rule.id} and state = 'active' and position is not distinct from ${rule.position}
      and (span_until is null or span_holder = ${span.holder} or span_lease < ${span.now})
    returning span_until as until, span_version as version`.execute(tx);
  return rows[0] ?? null;
}

/** Gives up a span of a version that has been replaced: it could not be judged. */
export async function dropOldSpan(tx: Executor, id: string): Promise<void> {
  await sql`
    update city_rules set span_until = null, span_version = null
    where id = ${id} and span_version < version`.execute(tx);
}

export type RuleProgress = {
  position: string;
  observations: number;
  rows: number;
  incomplete: number;
  late: number;
  matched: number;
  suppressed: number;
  incidents: number;
  lastObservedAt: Date | null;
};

export async function moveRule(tx: Executor, id: string, progress: RuleProgress): Promise<void> {
  await sql`
    update city_rules set position = ${progress.position}, span_until = null, span_version = null,
      observations = observations + ${progress.observations}, rows = rows + ${progress.rows},
      incomplete = incomplete + ${progress.incomplete}, late = late + ${progress.late},
      matched = matched + ${progress.matched}, suppressed = suppressed + ${progress.suppressed},
      incidents = incidents + ${progress.incidents},
      last_observed_at = greatest(last_observed_at, ${progress.lastObservedAt}::timestamptz),
      error = null, attempts = 0
    where id = ${id}`.execute(tx);
}

/** Keeps why a rule stands still; the number of attempts since it did. */
export async function recordRuleError(
  tx: Executor,
  id: string,
  error: string,
): Promise<{ attempts: number; owner_id: string; document: RuleDocument } | null> {
  const { rows } = await sql<{ attempts: number; owner_id: string; document: RuleDocument }>`
    update city_rules set error = ${error}, attempts = attempts + 1 where id = ${id}
    returning attempts, owner_id, document`.execute(tx);
  return rows[0] ?? null;
}

export async function readMemories(
  db: Executor,
  ruleId: string,
  thingIds: readonly string[],
): Promise<Map<string, RuleMemory>> {
  const { rows } = await sql<{ thing_id: string; memory: RuleMemory }>`
    select thing_id, memory from city_rule_memories
    where rule_id = ${ruleId} and thing_id = any(${texts(thingIds)})`.execute(db);
  return new Map(rows.map(({ thing_id, memory }) => [thing_id, memory]));
}

export async function writeMemories(
  tx: Executor,
  ruleId: string,
  memories: ReadonlyMap<string, RuleMemory>,
): Promise<void> {
  const rows = [...memories].map(([thing, memory]) => ({ thing, memory }));
  await sql`
    insert into city_rule_memories (rule_id, thing_id, memory)
    select ${ruleId}, item->>'thing', item->'memory' from jsonb_array_elements(${json(rows)}) item
    on conflict (rule_id, thing_id) do update set memory = excluded.memory`.execute(tx);
}

/** What is written of things beside their observations, for the columns of a deployment. */
export async function thingProperties(
  db: Executor,
  thingIds: readonly string[],
): Promise<Map<string, Record<string, Json>>> {
  const { rows } = await sql<{ id: string; properties: Record<string, Json> }>`
    select id, properties from city_things where id = any(${texts(thingIds)})`.execute(db);
  return new Map(rows.map(({ id, properties }) => [id, properties]));
}

/** Datastreams with one of these names, of an owner's things, or of those of them that are named. */
export async function datastreamsNamed(
  db: Executor,
  of: { ownerId: string; thingIds: readonly string[]; names: readonly string[] },
): Promise<{ id: string; name: string; thing_id: string }[]> {
  const { rows } = await sql<{ id: string; name: string; thing_id: string }>`
    select d.id, d.name, d.thing_id from city_datastreams d
    join city_things t on t.id = d.thing_id
    where t.owner_id = ${of.ownerId} and d.name = any(${texts(of.names)})
      ${of.thingIds.length === 0 ? sql`` : sql`and t.id = any(${texts(of.thingIds)})`}
    order by d.id`.execute(db);
  return rows;
}
