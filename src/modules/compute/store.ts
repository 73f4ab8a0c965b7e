import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { JobOutput, JobReason, JobSpec, JobState, JobUsage } from './entities.ts';
import type { Environment } from './environments.ts';
import type { EnvironmentName, Isolation } from './isolation.ts';

/** The only SQL for the tables of compute. */

/** What a job asks for, as it is kept. */
type StoredSpec = Omit<JobSpec, 'ownerId' | 'basis' | 'environment' | 'mode'>;

export type JobRow = {
  id: string;
  owner_id: string;
  basis: string;
  requested_by: string;
  environment: EnvironmentName;
  mode: 'rows' | 'batch';
  spec: StoredSpec;
  state: JobState;
  reason: JobReason | null;
  detail: string | null;
  attempt: number;
  host_id: string | null;
  stop_requested_at: Date | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  outputs: JobOutput[];
  usage: JobUsage | null;
  environment_digest: string | null;
  isolation: Isolation['kind'] | null;
  logs_digest: string | null;
  logs_truncated: boolean;
};

export type HostRow = {
  id: string;
  name: string;
  pool: string;
  isolation: Isolation['kind'];
  environments: Environment[];
  slots: number;
  running: number;
  advice: string | null;
  seen_at: Date;
};

const jobColumns = sql`compute_jobs.id, owner_id, basis, requested_by, environment, mode, spec, state,
  reason, detail, attempt, host_id, stop_requested_at, created_at, started_at, finished_at, outputs,
  usage, environment_digest, isolation, logs_digest, logs_truncated`;

/** The id of every listed job, for `access.visible`. */
export const jobIdColumn: RawBuilder<unknown> = sql.ref('compute_jobs.id');

type NewJob = Pick<
  JobRow,
  'id' | 'owner_id' | 'basis' | 'requested_by' | 'environment' | 'mode' | 'spec' | 'created_at'
> & { due_at: Date; digests: readonly string[] };

export async function insertJob(tx: Executor, row: NewJob): Promise<void> {
  await sql`
    insert into compute_jobs (id, owner_id, basis, requested_by, environment, mode, spec, state,
      not_before, due_at, created_at)
    values (${row.id}, ${row.owner_id}, ${row.basis}, ${row.requested_by}, ${row.environment},
      ${row.mode}, ${json(row.spec)}, 'waiting', ${row.created_at}, ${row.due_at},
      ${row.created_at})`.execute(tx);
  await keepBlobs(tx, row.id, row.digests);
}

export async function keepBlobs(tx: Executor, jobId: string, digests: readonly string[]) {
  await sql`
    insert into compute_blobs (digest, job_id)
    select distinct digest, ${jobId} from unnest(${texts(digests)}) as digest
    on conflict do nothing`.execute(tx);
}

export async function digestsInUse(
  db: Executor,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ digest: string }>`
    select distinct digest from compute_blobs where digest = any(${texts(digests)})`.execute(db);
  return new Set(rows.map(({ digest }) => digest));
}

export async function readJob(db: Executor, id: string): Promise<JobRow | null> {
  const { rows } = await sql<JobRow>`
    select ${jobColumns} from compute_jobs where id = ${id}`.execute(db);
  return rows[0] ?? null;
}

export async function lockJob(tx: Executor, id: string): Promise<JobRow | null> {
  const { rows } = await sql<JobRow>`
    select ${jobColumns} from compute_jobs where id = ${id} for update`.execute(tx);
  return rows[0] ?? null;
}

export async function countWaiting(db: Executor, ownerId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from compute_jobs
    where state = 'waiting' and owner_id = ${ownerId}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Waiting jobs that were asked for before this one. */
export async function countAhead(db: Executor, row: JobRow): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from compute_jobs
    where state = 'waiting' and (created_at, id) < (${row.created_at}, ${row.id})`.execute(db);
  return rows[0]?.count ?? 0;
}

export type JobFilter = {
  ownerId?: string | undefined;
  basis?: string | undefined;
  state?: string | undefined;
  visible: RawBuilder<boolean>;
};

function matching(filter: JobFilter): RawBuilder<unknown> {
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  const parts = [
    filter.visible,
    ...equal('owner_id', filter.ownerId),
    ...equal('basis', filter.basis),
    ...equal('state', filter.state),
  ];
  return sql.join(parts, sql` and `);
}

/** The latest first; identifiers are in the order of time. */
export async function listJobs(
  db: Executor,
  filter: JobFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: JobRow[]; total: number }> {
  const where = matching(filter);
  const { rows } = await sql<JobRow>`
    select ${jobColumns} from compute_jobs
    where ${where} and (${page.before}::text is null or compute_jobs.id < ${page.before})
    order by compute_jobs.id desc limit ${page.limit}`.execute(db);
  const counted = await sql<{ count: number }>`
    select count(*) as count from compute_jobs where ${where}`.execute(db);
  return { rows, total: counted.rows[0]?.count ?? 0 };
}

export type Claim = {
  hostId: string;
  environments: readonly string[];
  now: Date;
  leaseUntil: Date;
  /** Hosts that were seen since then count as alive. */
  aliveSince: Date;
};

/**
 * Takes the next waiting job for a host: of the owner with the fewest running, the oldest. A job in an
 * environment that no living host has is taken by anyone, to be refused with its reason.
 */
export async function claimJob(tx: Executor, claim: Claim): Promise<JobRow | null> {
  const { rows } = await sql<JobRow>`
    update compute_jobs set state = 'running', attempt = attempt + 1, host_id = ${claim.hostId},
      lease_until = ${claim.leaseUntil}, due_at = null, started_at = ${claim.now}
    where id = (
      select waiting.id from compute_jobs as waiting
      where waiting.state = 'waiting' and waiting.not_before <= ${claim.now}
        and (waiting.environment = any(${texts(claim.environments)}) or not exists (
          select 1 from compute_hosts where seen_at > ${claim.aliveSince}
            and waiting.environment = any(compute_hosts.environment_names)))
      order by (select count(*) from compute_jobs as running
        where running.state = 'running' and running.owner_id = waiting.owner_id),
        waiting.created_at, waiting.id
      limit 1 for update of waiting skip locked)
    returning ${jobColumns}`.execute(tx);
  return rows[0] ?? null;
}

/** Prolongs the leases of a host. Gives its jobs, and whether each is to be stopped. */
export async function renewLeases(
  db: Executor,
  lease: { hostId: string; until: Date },
): Promise<Map<string, { attempt: number; stopRequested: boolean }>> {
  const { rows } = await sql<{ id: string; attempt: number; stopping: boolean }>`
    update compute_jobs set lease_until = ${lease.until}
    where host_id = ${lease.hostId} and state = 'running'
    returning id, attempt, stop_requested_at is not null as stopping`.execute(db);
  return new Map(
    rows.map(({ id, attempt, stopping }) => [id, { attempt, stopRequested: stopping }]),
  );
}

/** Running jobs whose host has lost them; null for `before` takes every one that runs elsewhere. */
export async function lockLostJobs(
  tx: Executor,
  lost: { before: Date | null; except: string },
): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`
    select ${jobColumns} from compute_jobs
    where state = 'running' and host_id <> ${lost.except}
      and (${lost.before}::timestamptz is null or lease_until < ${lost.before})
    order by id limit 100 for update skip locked`.execute(tx);
  return rows;
}

export async function lockOverdueJobs(tx: Executor, now: Date): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`
    select ${jobColumns} from compute_jobs
    where state = 'waiting' and due_at < ${now}
    order by created_at limit 100 for update skip locked`.execute(tx);
  return rows;
}

export type Mark = { id: string; hostId: string; attempt: number };

/** Puts a job back into the queue; `attempt` is what its count is set to. */
export async function putBack(
  tx: Executor,
  jobId: string,
  back: { notBefore: Date; dueAt: Date; attempt: number },
): Promise<void> {
  await sql`
    update compute_jobs set state = 'waiting', host_id = null, lease_until = null,
      started_at = null, not_before = ${back.notBefore}, due_at = ${back.dueAt},
      attempt = ${back.attempt}
    where id = ${jobId}`.execute(tx);
}

/** Locks a running job for the one attempt that may end it; null for any other. */
export async function lockAttempt(tx: Executor, mark: Mark): Promise<JobRow | null> {
  const { rows } = await sql<JobRow>`
    select ${jobColumns} from compute_jobs
    where id = ${mark.id} and state = 'running' and host_id = ${mark.hostId}
      and attempt = ${mark.attempt} for update`.execute(tx);
  return rows[0] ?? null;
}

export type JobEnd = {
  state: 'done' | 'failed' | 'stopped';
  reason: JobReason | null;
  detail: string | null;
  finishedAt: Date;
  outputs: readonly JobOutput[];
  usage: JobUsage;
  environmentDigest: string | null;
  isolation: Isolation['kind'] | null;
  logs: { digest: string; truncated: boolean } | null;
};

export async function endJob(tx: Executor, jobId: string, end: JobEnd): Promise<void> {
  await sql`
    update compute_jobs set state = ${end.state}, reason = ${end.reason}, detail = ${end.detail},
      finished_at = ${end.finishedAt}, outputs = ${json(end.outputs)}, usage = ${json(end.usage)},
      environment_digest = ${end.environmentDigest}, isolation = ${end.isolation},
      logs_digest = ${end.logs?.digest ?? null}, logs_truncated = ${end.logs?.truncated ?? false},
      lease_until = null, due_at = null
    where id = ${jobId}`.execute(tx);
}

export async function requestStop(tx: Executor, jobId: string, now: Date): Promise<void> {
  await sql`
    update compute_jobs set stop_requested_at = coalesce(stop_requested_at, ${now})
    where id = ${jobId}`.execute(tx);
}

export type NewHost = Omit<HostRow, 'running'>;

export async function upsertHost(db: Executor, host: NewHost): Promise<void> {
  const names = texts(host.environments.map(({ name }) => name));
  await sql`
    insert into compute_hosts (id, name, pool, isolation, environments, environment_names, slots,
      advice, started_at, seen_at)
    values (${host.id}, ${host.name}, ${host.pool}, ${host.isolation}, ${json(host.environments)},
      ${names}, ${host.slots}, ${host.advice}, ${host.seen_at}, ${host.seen_at})
    on conflict (id) do update set seen_at = excluded.seen_at`.execute(db);
}

/** Forgets hosts that were not seen since then; their jobs are others' already. */
export async function forgetHosts(db: Executor, before: Date): Promise<void> {
  await sql`delete from compute_hosts where seen_at < ${before}`.execute(db);
}

export async function listHosts(db: Executor, since: Date): Promise<HostRow[]> {
  const { rows } = await sql<HostRow>`
    select id, name, pool, isolation, environments, slots, advice, seen_at,
      (select count(*) from compute_jobs where state = 'running' and host_id = compute_hosts.id)
        as running
    from compute_hosts where seen_at > ${since} order by started_at, id`.execute(db);
  return rows;
}

export async function countStates(db: Executor): Promise<{ waiting: number; running: number }> {
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*) as count from compute_jobs
    where state in ('waiting', 'running') group by state`.execute(db);
  const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0;
  return { waiting: of('waiting'), running: of('running') };
}
