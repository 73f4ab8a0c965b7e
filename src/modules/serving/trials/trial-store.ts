import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { TrialState } from '../entities.ts';
import type { ModelPorts } from '../oip/request.ts';
import type { RemoteSpec } from '../remotes/remote-spec.ts';
import type { TrialRuntime } from './trial-runtime.ts';

/** SQL for trials, their files and the count of their calls. */

export type TrialRow = {
  id: string;
  repository_id: string;
  owner_id: string;
  revision_digest: string;
  revision_number: number;
  path: string;
  runtime: TrialRuntime;
  /** What it does, where it has a task-level interface. */
  task: string | null;
  /** Where its calls go; null where they are answered here. */
  remote: RemoteSpec | null;
  name: string;
  size_bytes: number;
  batch_max: number;
  delay_ms: number;
  replicas_min: number;
  replicas_max: number;
  ports: ModelPorts | null;
  created_by: string;
  created_at: Date;
  ended_at: Date | null;
  /** As it shows: a stop that holds is a state. */
  state: TrialState;
  reason: string | null;
};

export type TrialFile = { path: string; digest: string };

/** The id of the repository of every listed trial, for `access.visible`. */
export const trialRepositoryColumn: RawBuilder<unknown> = sql.ref('trial.repository_id');

const trials = sql`(
  select t.id, t.repository_id, t.owner_id, t.revision_digest, t.revision_number, t.path,
    t.runtime, t.task, t.remote, t.name, t.size_bytes, t.batch_max, t.delay_ms,
    t.replicas_min, t.replicas_max, t.ports, t.created_by, t.created_at, t.ended_at,
    case when t.state = 'open' and s.id is not null then 'stopped' else t.state end as state,
    case when t.state = 'open' and s.id is not null then s.reason else t.reason end as reason
  from serving_trials t
  left join serving_stops s on s.target_type = 'serving.deployment' and s.target_id = t.id
    and s.released_at is null
) as trial`;

/** Null where the same model of the revision is on trial already. */
export async function insertTrial(
  tx: Executor,
  row: Omit<TrialRow, 'replicas_min' | 'replicas_max' | 'ports' | 'ended_at' | 'state' | 'reason'>,
  files: readonly TrialFile[],
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    insert into serving_trials (id, repository_id, owner_id, revision_digest, revision_number, path,
      runtime, task, remote, name, size_bytes, batch_max, delay_ms, state, created_by, created_at)
    values (${row.id}, ${row.repository_id}, ${row.owner_id}, ${row.revision_digest},
      ${row.revision_number}, ${row.path}, ${row.runtime}, ${row.task},
      ${row.remote && json(row.remote)}, ${row.name}, ${row.size_bytes}, ${row.batch_max},
      ${row.delay_ms}, 'open', ${row.created_by}, ${row.created_at})
    on conflict do nothing returning id`.execute(tx);
  if (!rows[0]) return null;
  await sql`
    insert into serving_trial_files (trial_id, path, digest)
    select ${row.id}, file.path, file.digest
    from unnest(${texts(files.map(({ path }) => path))},
      ${texts(files.map(({ digest }) => digest))}) as file (path, digest)`.execute(tx);
  return row.id;
}

export async function openTrialOf(
  db: Executor,
  model: { repositoryId: string; revisionDigest: string; path: string },
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from serving_trials where state = 'open' and repository_id = ${model.repositoryId}
      and revision_digest = ${model.revisionDigest} and path = ${model.path}`.execute(db);
  return rows[0]?.id ?? null;
}

export async function countOpenTrials(db: Executor, ownerId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from serving_trials
    where owner_id = ${ownerId} and state = 'open'`.execute(db);
  return rows[0]?.n ?? 0;
}

export async function readTrial(db: Executor, id: string): Promise<TrialRow | null> {
  const { rows } = await sql<TrialRow>`
    select trial.* from ${trials} where trial.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

/** The latest open trials of a repository, one a version. */
export async function openTrialsOf(db: Executor, repositoryId: string): Promise<TrialRow[]> {
  const { rows } = await sql<TrialRow>`
    select distinct on (trial.revision_number) trial.* from ${trials}
    where trial.repository_id = ${repositoryId} and trial.state <> 'ended'
    order by trial.revision_number desc, trial.id desc limit 100`.execute(db);
  return rows;
}

export async function trialFiles(db: Executor, id: string): Promise<TrialFile[]> {
  const { rows } = await sql<TrialFile>`
    select path, digest from serving_trial_files where trial_id = ${id} order by path`.execute(db);
  return rows;
}

const speaksOpenai = sql`(trial.remote->>'protocol' = 'openai'
  or (trial.runtime = 'task' and trial.task = 'feature-extraction'))`;

export async function listTrials(
  db: Executor,
  filter: {
    repositoryId?: string | undefined;
    state?: TrialState | undefined;
    /** Those that answer in OpenAI's form. */
    openai?: true;
    visible: RawBuilder<boolean>;
  },
  page: { before: string | null; limit: number },
): Promise<{ rows: TrialRow[]; total: number }> {
  const { repositoryId, state, openai, visible } = filter;
  const matching = sql.join(
    [
      visible,
      ...(repositoryId === undefined ? [] : [sql`trial.repository_id = ${repositoryId}`]),
      ...(state === undefined ? [] : [sql`trial.state = ${state}`]),
      ...(openai ? [speaksOpenai] : []),
    ],
    sql` and `,
  );
  const counted = await sql<{ n: number }>`
    select count(*) as n from ${trials} where ${matching}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and trial.id < ${page.before}`;
  const { rows } = await sql<TrialRow>`
    select trial.* from ${trials} where ${matching} ${earlier}
    order by trial.id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

/** False where it had ended before. */
export async function endTrial(
  tx: Executor,
  id: string,
  end: { reason: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update serving_trials set state = 'ended', reason = ${end.reason}, ended_at = ${end.at}
    where id = ${id} and state = 'open' returning id`.execute(tx);
  return rows.length > 0;
}

/** Keeps what a model takes and gives, the first time that it is known. */
export async function keepPorts(tx: Executor, id: string, ports: ModelPorts): Promise<void> {
  await sql`
    update serving_trials set ports = ${json({ inputs: [...ports.inputs], outputs: [...ports.outputs] })}
    where id = ${id} and ports is null`.execute(tx);
}

export type UsageCount = {
  trialId: string;
  callerId: string;
  minute: Date;
  calls: number;
  rows: number;
  tokensIn: number;
  tokensOut: number;
  /** Of the tokens, those that were estimated here. */
  tokensEstimated: number;
};

/** Adds calls to the minutes of their callers. Each minute of a caller may stand once in `counts`. */
export async function addUsage(tx: Executor, counts: readonly UsageCount[]): Promise<void> {
  const values = counts.map(
    ({ trialId, callerId, minute, calls, rows, tokensIn, tokensOut, tokensEstimated }) =>
      sql`(${trialId}, ${callerId}, ${minute}::timestamptz, ${calls}::bigint, ${rows}::bigint,
        ${tokensIn}::bigint, ${tokensOut}::bigint, ${tokensEstimated}::bigint)`,
  );
  await sql`
    insert into serving_trial_usage as usage (trial_id, caller_id, minute, calls, rows, tokens_in,
      tokens_out, tokens_estimated)
    values ${sql.join(values)}
    on conflict (trial_id, minute, caller_id)
    do update set calls = usage.calls + excluded.calls, rows = usage.rows + excluded.rows,
      tokens_in = usage.tokens_in + excluded.tokens_in,
      tokens_out = usage.tokens_out + excluded.tokens_out,
      tokens_estimated = usage.tokens_estimated + excluded.tokens_estimated`.execute(tx);
}

export type UsageSum = {
  calls: number;
  rows: number;
  tokensIn: number;
  tokensOut: number;
  tokensEstimated: number;
  callers: number;
  last: Date | null;
};

/** The sums of bigint are numeric, which both databases give as text. */
export async function sumUsage(db: Executor, trialId: string): Promise<UsageSum> {
  const { rows } = await sql<UsageSum>`
    select coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(rows), 0)::bigint as rows,
      coalesce(sum(tokens_in), 0)::bigint as "tokensIn",
      coalesce(sum(tokens_out), 0)::bigint as "tokensOut",
      coalesce(sum(tokens_estimated), 0)::bigint as "tokensEstimated",
      count(distinct caller_id) as callers, max(minute) as last
    from serving_trial_usage where trial_id = ${trialId}`.execute(db);
  const none = { calls: 0, rows: 0, tokensIn: 0, tokensOut: 0, tokensEstimated: 0 };
  return rows[0] ?? { ...none, callers: 0, last: null };
}

export type UsageRow = {
  caller_id: string;
  minute: Date;
  calls: number;
  rows: number;
  tokens_in: number;
  tokens_out: number;
  tokens_estimated: number;
};

export async function listUsage(
  db: Executor,
  trialId: string,
  page: { before: { minute: Date; callerId: string } | null; limit: number },
): Promise<{ rows: UsageRow[]; total: number }> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from serving_trial_usage where trial_id = ${trialId}`.execute(db);
  const { before } = page;
  const earlier = before
    ? sql`and (minute, caller_id) < (${before.minute}::timestamptz, ${before.callerId})`
    : sql``;
  const { rows } = await sql<UsageRow>`
    select caller_id, minute, calls, rows, tokens_in, tokens_out, tokens_estimated from serving_trial_usage
    where trial_id = ${trialId} ${earlier}
    order by minute desc, caller_id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}
