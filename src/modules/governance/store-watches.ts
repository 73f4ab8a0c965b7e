import { type RawBuilder, sql } from 'kysely';
import { type Executor, json } from '#kernel/db.ts';
import type { Cursor } from '#kernel/page.ts';
import type { Measure, Readings, Thresholds } from './entities.ts';

/** The only SQL for watches, signals and warnings. */

export type WatchRow = {
  deployment_id: string;
  thresholds: Thresholds;
  stops: boolean;
  set_by: string;
  set_at: Date;
  readings: Readings | null;
  looked_at: Date | null;
};

export type WarningRow = {
  id: string;
  deployment_id: string;
  measure: Measure;
  value: number;
  threshold: number;
  stop_id: string | null;
  raised_at: Date;
  ended_at: Date | null;
};

const watchColumns = sql`deployment_id, thresholds, stops, set_by, set_at, readings, looked_at`;
const warningColumns = sql`id, deployment_id, measure, value, threshold, stop_id, raised_at,
  ended_at`;

export async function upsertWatch(
  tx: Executor,
  row: Pick<WatchRow, 'deployment_id' | 'thresholds' | 'stops' | 'set_by' | 'set_at'>,
): Promise<void> {
  await sql`
    insert into governance_watches (deployment_id, thresholds, stops, set_by, set_at)
    values (${row.deployment_id}, ${json(row.thresholds)}, ${row.stops}, ${row.set_by},
      ${row.set_at})
    on conflict (deployment_id) do update set thresholds = excluded.thresholds,
      stops = excluded.stops, set_by = excluded.set_by, set_at = excluded.set_at, ended = false`.execute(
    tx,
  );
}

export async function readWatch(
  executor: Executor,
  deploymentId: string,
): Promise<WatchRow | null> {
  const { rows } = await sql<WatchRow>`
    select ${watchColumns} from governance_watches
    where deployment_id = ${deploymentId}`.execute(executor);
  return rows[0] ?? null;
}

/** The watch for whoever looks at it now; null while another server does, or where there is none. */
export async function takeWatch(tx: Executor, deploymentId: string): Promise<WatchRow | null> {
  const { rows } = await sql<WatchRow>`
    select ${watchColumns} from governance_watches
    where deployment_id = ${deploymentId} for update skip locked`.execute(tx);
  return rows[0] ?? null;
}

/** Watched deployments that have not ended, after one of them in the order of their ids. */
export async function watchedAfter(
  executor: Executor,
  after: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ deployment_id: string }>`
    select deployment_id from governance_watches
    where deployment_id > ${after} and not ended order by deployment_id limit ${limit}`.execute(
    executor,
  );
  return rows.map((row) => row.deployment_id);
}

export async function recordReadings(
  tx: Executor,
  deploymentId: string,
  look: { readings: Readings; at: Date },
): Promise<void> {
  await sql`
    update governance_watches set readings = ${json(look.readings)}, looked_at = ${look.at}
    where deployment_id = ${deploymentId}`.execute(tx);
}

/** Nobody looks any more, and no warning lasts. */
export async function closeWatch(tx: Executor, deploymentId: string, at: Date): Promise<void> {
  await sql`
    update governance_watches set ended = true where deployment_id = ${deploymentId}`.execute(tx);
  await sql`
    update governance_warnings set ended_at = ${at}
    where deployment_id = ${deploymentId} and ended_at is null`.execute(tx);
}

export async function insertSignal(
  tx: Executor,
  signal: { deploymentId: string; kind: 'incident'; at: Date },
): Promise<void> {
  await sql`
    insert into governance_signals (deployment_id, kind, at)
    values (${signal.deploymentId}, ${signal.kind}, ${signal.at})`.execute(tx);
}

export async function countSignals(
  tx: Executor,
  deploymentId: string,
  since: Date,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from governance_signals
    where deployment_id = ${deploymentId} and at > ${since}`.execute(tx);
  return rows[0]?.n ?? 0;
}

export async function forgetSignals(tx: Executor, before: Date): Promise<void> {
  await sql`delete from governance_signals where at < ${before}`.execute(tx);
}

export async function insertWarning(
  tx: Executor,
  row: Omit<WarningRow, 'ended_at'>,
): Promise<void> {
  await sql`
    insert into governance_warnings (id, deployment_id, measure, value, threshold, stop_id, raised_at)
    values (${row.id}, ${row.deployment_id}, ${row.measure}, ${row.value}, ${row.threshold},
      ${row.stop_id}, ${row.raised_at})`.execute(tx);
}

export async function endWarning(tx: Executor, id: string, at: Date): Promise<void> {
  await sql`update governance_warnings set ended_at = ${at} where id = ${id}`.execute(tx);
}

/** Warnings of a deployment that last; at most one a measure. */
export async function lastingWarnings(
  executor: Executor,
  deploymentId: string,
): Promise<WarningRow[]> {
  const { rows } = await sql<WarningRow>`
    select ${warningColumns} from governance_warnings
    where deployment_id = ${deploymentId} and ended_at is null order by id`.execute(executor);
  return rows;
}

export async function listWarnings(
  executor: Executor,
  filter: {
    deploymentId?: string | undefined;
    state?: 'lasting' | 'ended' | undefined;
    visible: RawBuilder<boolean>;
  },
  page: { after: Cursor | null; limit: number },
): Promise<{ rows: WarningRow[]; total: number }> {
  const { deploymentId, state, visible } = filter;
  const where = sql.join(
    [
      visible,
      ...(deploymentId === undefined ? [] : [sql`deployment_id = ${deploymentId}`]),
      ...(state === undefined ? [] : [sql`(ended_at is null) = ${state === 'lasting'}`]),
    ],
    sql` and `,
  );
  const { after } = page;
  const later = after ? sql`and (raised_at, id) < (${after.key}::timestamptz, ${after.id})` : sql``;
  const { rows } = await sql<WarningRow>`
    select ${warningColumns} from governance_warnings where ${where} ${later}
    order by raised_at desc, id desc limit ${page.limit}`.execute(executor);
  const counted = await sql<{ n: number }>`
    select count(*) as n from governance_warnings where ${where}`.execute(executor);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}
