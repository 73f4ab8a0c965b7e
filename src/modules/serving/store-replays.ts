import { sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';

/** SQL for replays. */

export type ReplayRow = {
  id: string;
  deployment_id: string;
  requested_by: string;
  created_at: Date;
  state: 'running' | 'done' | 'failed';
  sessions: number;
  inputs: number;
  differences: number;
  finished_at: Date | null;
};

export type ReplayedSessionRow = {
  replay_id: string;
  session_id: string;
  job_id: string;
  deployment_id: string;
  inputs: number;
};

export async function insertReplay(
  tx: Executor,
  row: Pick<ReplayRow, 'id' | 'deployment_id' | 'requested_by' | 'created_at'>,
): Promise<void> {
  await sql`
    insert into serving_replays (id, deployment_id, requested_by, created_at)
    values (${row.id}, ${row.deployment_id}, ${row.requested_by}, ${row.created_at})`.execute(tx);
}

export async function insertReplayedSession(
  tx: Executor,
  row: Pick<ReplayedSessionRow, 'replay_id' | 'session_id' | 'job_id' | 'inputs'>,
): Promise<void> {
  await sql`
    insert into serving_replayed_sessions (replay_id, session_id, job_id, inputs)
    values (${row.replay_id}, ${row.session_id}, ${row.job_id}, ${row.inputs})`.execute(tx);
}

/** The session that a job replays, while it has no result; null for any other job. */
export async function lockReplayed(
  tx: Executor,
  jobId: string,
): Promise<ReplayedSessionRow | null> {
  const { rows } = await sql<ReplayedSessionRow>`
    select s.replay_id, s.session_id, s.job_id, s.inputs, r.deployment_id
    from serving_replayed_sessions s join serving_replays r on r.id = s.replay_id
    where s.job_id = ${jobId} and s.state is null for update of s`.execute(tx);
  return rows[0] ?? null;
}

export async function endReplayed(
  tx: Executor,
  jobId: string,
  end: { state: 'done' | 'failed'; differences: number; at: Date },
): Promise<void> {
  await sql`
    update serving_replayed_sessions
    set state = ${end.state}, differences = ${end.differences}, finished_at = ${end.at}
    where job_id = ${jobId}`.execute(tx);
}

const replays = sql`(
  select r.id, r.deployment_id, r.requested_by, r.created_at, count(s.job_id) as sessions,
    coalesce(sum(s.inputs) filter (where s.state = 'done'), 0)::bigint as inputs,
    coalesce(sum(s.differences), 0)::bigint as differences,
    case when bool_or(s.job_id is not null and s.state is null) then 'running'
      when bool_or(s.state = 'failed') then 'failed' else 'done' end as state,
    case when bool_or(s.job_id is not null and s.state is null) then null
      else coalesce(max(s.finished_at), r.created_at) end as finished_at
  from serving_replays r left join serving_replayed_sessions s on s.replay_id = r.id
  group by r.id
) as replay`;

export async function readReplay(
  db: Executor,
  deploymentId: string,
  replayId: string,
): Promise<ReplayRow | null> {
  const { rows } = await sql<ReplayRow>`
    select replay.* from ${replays}
    where replay.id = ${replayId} and deployment_id = ${deploymentId}`.execute(db);
  return rows[0] ?? null;
}

export async function runningReplay(db: Executor, deploymentId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select replay.id from ${replays}
    where deployment_id = ${deploymentId} and state = 'running' limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

export async function listReplays(
  db: Executor,
  deploymentId: string,
  page: { before: string | null; limit: number },
): Promise<{ rows: ReplayRow[]; total: number }> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from serving_replays where deployment_id = ${deploymentId}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and replay.id < ${page.before}`;
  const { rows } = await sql<ReplayRow>`
    select replay.* from ${replays} where deployment_id = ${deploymentId} ${earlier}
    order by replay.id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}
