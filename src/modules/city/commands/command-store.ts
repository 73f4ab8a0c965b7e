import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { CommandLimit, CommandState } from './command-entities.ts';

/** The only SQL for commands and their limits. */

export type CommandRow = {
  id: string;
  thing_id: string;
  owner_id: string;
  incident_id: string | null;
  name: string;
  parameters: Record<string, number | boolean | string>;
  reason: string;
  state: CommandState;
  problem: string | null;
  proposed_by: string;
  proposed_at: Date;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  sent_at: Date | null;
  delivered_at: Date | null;
  finished_at: Date | null;
  expires_at: Date;
  attempts: number;
};

const commandColumns = sql`city_commands.id, thing_id, owner_id, incident_id, name, parameters, reason,
  state, problem, proposed_by, proposed_at, confirmed_by, confirmed_at, sent_at, delivered_at,
  finished_at, expires_at, attempts`;

export const commandIdColumn: RawBuilder<unknown> = sql.ref('city_commands.id');
const unfinished = sql`state in ('proposed', 'confirmed', 'sent', 'delivered')`;

export type LimitsRow = { version: number; limits: CommandLimit[] };

export async function readLimits(db: Executor, thingId: string): Promise<LimitsRow> {
  const { rows } = await sql<LimitsRow>`
    select version, limits from city_command_limits where thing_id = ${thingId}`.execute(db);
  return rows[0] ?? { version: 0, limits: [] };
}

/** As `readLimits`, and holds them: two commands of one thing are checked one after the other. */
export async function lockLimits(tx: Executor, thingId: string): Promise<LimitsRow> {
  await sql`
    insert into city_command_limits (thing_id, version, limits) values (${thingId}, 0, '[]')
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<LimitsRow>`
    select version, limits from city_command_limits where thing_id = ${thingId}
    for update`.execute(tx);
  return rows[0] ?? { version: 0, limits: [] };
}

export async function writeLimits(
  tx: Executor,
  thingId: string,
  { version, limits }: LimitsRow,
): Promise<void> {
  await sql`
    update city_command_limits set version = ${version}, limits = ${json(limits)}
    where thing_id = ${thingId}`.execute(tx);
}

export async function insertCommand(
  tx: Executor,
  row: Pick<
    CommandRow,
    | 'id'
    | 'thing_id'
    | 'owner_id'
    | 'incident_id'
    | 'name'
    | 'parameters'
    | 'reason'
    | 'state'
    | 'problem'
    | 'proposed_by'
    | 'proposed_at'
    | 'finished_at'
    | 'expires_at'
  > & { idempotency_key: string },
): Promise<void> {
  await sql`
    insert into city_commands (id, thing_id, owner_id, incident_id, name, parameters, reason,
      idempotency_key, state, problem, proposed_by, proposed_at, finished_at, expires_at)
    values (${row.id}, ${row.thing_id}, ${row.owner_id}, ${row.incident_id}, ${row.name},
      ${json(row.parameters)}, ${row.reason}, ${row.idempotency_key}, ${row.state}, ${row.problem},
      ${row.proposed_by}, ${row.proposed_at}, ${row.finished_at}, ${row.expires_at})`.execute(tx);
}

export async function findByKey(
  db: Executor,
  key: { thingId: string; proposedBy: string; idempotencyKey: string },
): Promise<CommandRow | null> {
  const { rows } = await sql<CommandRow>`
    select ${commandColumns} from city_commands where thing_id = ${key.thingId}
      and proposed_by = ${key.proposedBy} and idempotency_key = ${key.idempotencyKey}`.execute(db);
  return rows[0] ?? null;
}

export async function readCommand(
  db: Executor,
  id: string,
  { lock = false } = {},
): Promise<CommandRow | null> {
  const { rows } = await sql<CommandRow>`
    select ${commandColumns} from city_commands where id = ${id}
    ${lock ? sql`for update` : sql``}`.execute(db);
  return rows[0] ?? null;
}

export type CommandChange = Partial<
  Pick<
    CommandRow,
    | 'problem'
    | 'confirmed_by'
    | 'confirmed_at'
    | 'sent_at'
    | 'delivered_at'
    | 'finished_at'
    | 'attempts'
  >
>;

export async function moveCommand(
  tx: Executor,
  id: string,
  state: CommandState,
  change: CommandChange,
): Promise<void> {
  const sets = Object.entries(change).map(([name, value]) => sql`${sql.ref(name)} = ${value}`);
  await sql`
    update city_commands set ${sql.join([sql`state = ${state}`, ...sets])}
    where id = ${id}`.execute(tx);
}

/** Commands of a name that were confirmed since then, whatever became of them. */
export async function countConfirmed(
  tx: Executor,
  of: { thingId: string; name: string; since: Date },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from city_commands where thing_id = ${of.thingId}
      and name = ${of.name} and confirmed_at >= ${of.since}`.execute(tx);
  return rows[0]?.count ?? 0;
}

export async function countUnfinished(tx: Executor, thingId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from city_commands
    where thing_id = ${thingId} and ${unfinished}`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Commands to these things that are confirmed, or were sent before `resentBefore` and not received. */
export async function commandsToSend(
  db: Executor,
  of: { thingIds: readonly string[]; now: Date; resentBefore: Date; limit: number },
): Promise<CommandRow[]> {
  const { rows } = await sql<CommandRow>`
    select ${commandColumns} from city_commands where thing_id = any(${texts(of.thingIds)})
      and (state = 'confirmed' or (state = 'sent' and sent_at < ${of.resentBefore}))
      and expires_at > ${of.now}
    order by id limit ${of.limit}`.execute(db);
  return rows;
}

export async function expiredCommands(db: Executor, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from city_commands where ${unfinished} and expires_at <= ${now}
    order by expires_at limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

export type CommandFilter = {
  state?: string | undefined;
  thingId?: string | undefined;
  incidentId?: string | undefined;
  visible: RawBuilder<boolean>;
};

function matching({ state, thingId, incidentId, visible }: CommandFilter): RawBuilder<unknown> {
  const conditions = [visible];
  if (state === 'unfinished') conditions.push(sql<boolean>`${unfinished}`);
  else if (state !== undefined) conditions.push(sql<boolean>`state = ${state}`);
  if (thingId !== undefined) conditions.push(sql<boolean>`thing_id = ${thingId}`);
  if (incidentId !== undefined) conditions.push(sql<boolean>`incident_id = ${incidentId}`);
  return sql.join(conditions, sql` and `);
}

export async function listCommands(
  db: Executor,
  filter: CommandFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: CommandRow[]; total: number }> {
  const { rows } = await sql<CommandRow>`
    select ${commandColumns} from city_commands where ${matching(filter)}
    ${page.before === null ? sql`` : sql`and city_commands.id < ${page.before}`}
    order by city_commands.id desc limit ${page.limit}`.execute(db);
  const { rows: counted } = await sql<{ count: number }>`
    select count(*) as count from city_commands where ${matching(filter)}`.execute(db);
  return { rows, total: counted[0]?.count ?? 0 };
}
