import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import type { Severity } from '../rules/rule-entities.ts';

/** The only SQL for what the map shows. */

export type ApprovalRow = { number: string; entered_by: string; entered_at: Date };

export async function readApproval(db: Executor): Promise<ApprovalRow | null> {
  const { rows } = await sql<ApprovalRow>`
    select number, entered_by, entered_at from city_map_approvals
    order by entered_at desc limit 1`.execute(db);
  return rows[0] ?? null;
}

export async function insertApproval(tx: Executor, row: ApprovalRow): Promise<void> {
  await sql`
    insert into city_map_approvals (number, entered_by, entered_at)
    values (${row.number}, ${row.entered_by}, ${row.entered_at})
    on conflict (entered_at) do update set number = excluded.number`.execute(tx);
}

type Visible = RawBuilder<boolean>;

/** For `access.visible` of things. */
export const thingIdColumn: RawBuilder<unknown> = sql.ref('city_things.id');

export async function thingsByDistrict(
  db: Executor,
  visible: Visible,
): Promise<{ district: string | null; things: number; replayed: boolean }[]> {
  const { rows } = await sql<{ district: string | null; things: number; replayed: boolean }>`
    select district, count(*) as things, bool_or(replayed) as replayed from city_things
    where ${visible} group by district`.execute(db);
  return rows;
}

export type OpenIncident = {
  id: string;
  thing_id: string;
  district: string | null;
  severity: Severity;
  state: 'open' | 'acknowledged' | 'assigned';
  replayed: boolean;
};

/** Unfinished incidents, at most so many. */
export async function unfinishedIncidents(
  db: Executor,
  visible: Visible,
  limit: number,
): Promise<OpenIncident[]> {
  const { rows } = await sql<OpenIncident>`
    select city_incidents.id, thing_id, district, severity, state, replayed from city_incidents
    where state in ('open', 'acknowledged', 'assigned') and ${visible}
    order by id desc limit ${limit}`.execute(db);
  return rows;
}

export async function countIncidentsSince(
  db: Executor,
  visible: Visible,
  since: Date,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from city_incidents
    where opened_at >= ${since} and ${visible}`.execute(db);
  return rows[0]?.count ?? 0;
}

export async function countProposed(db: Executor, visible: Visible): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from city_commands
    where state = 'proposed' and ${visible}`.execute(db);
  return rows[0]?.count ?? 0;
}
