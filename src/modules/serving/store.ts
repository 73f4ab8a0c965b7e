import { type RawBuilder, sql } from 'kysely';
import type { ResourceRef } from '#kernel/access.ts';
import { type Executor, json, sqlState, texts } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { DeploymentState, FailureReason } from './entities.ts';

/** SQL for programs, deployments and stops. Sessions and the journal are in store-journal.ts. */

/** https://www.postgresql.org/docs/15/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';

export type EnvironmentName = 'javascript' | 'python';

export type ProgramRow = {
  id: string;
  program_digest: string;
  owner_id: string;
  repository_id: string;
  revision_digest: string;
  entry: string;
  environment: EnvironmentName;
  environment_digest: string;
  options: { [key: string]: Json };
  options_digest: string;
  created_at: Date;
};

export type DeploymentRow = {
  id: string;
  program_id: string;
  name: string;
  owner_id: string;
  files: { path: string; digest: string }[];
  state: DeploymentState;
  reason: string | null;
  created_by: string;
  created_at: Date;
  ended_at: Date | null;
};

export type DeploymentView = DeploymentRow &
  Omit<ProgramRow, 'id' | 'owner_id' | 'created_at'> & {
    stop_id: string | null;
    stopped_by: string | null;
    stopped_at: Date | null;
  };

export type StopRow = {
  id: string;
  target_type: string;
  target_id: string;
  reason: string;
  stopped_by: string;
  stopped_at: Date;
  released_by: string | null;
  release_reason: string | null;
  released_at: Date | null;
};

const programColumns = sql`serving_programs.id, program_digest, serving_programs.owner_id,
  repository_id, revision_digest, entry, environment, environment_digest, options, options_digest,
  serving_programs.created_at`;

export const programIdColumn: RawBuilder<unknown> = sql.ref('serving_programs.id');
export const deploymentIdColumn: RawBuilder<unknown> = sql.ref('deployment.id');

/** Gives false where a program of this digest was there already. */
export async function insertProgram(tx: Executor, row: ProgramRow): Promise<boolean> {
  const { rows } = await sql`
    insert into serving_programs (id, program_digest, owner_id, repository_id, revision_digest,
      entry, environment, environment_digest, options, options_digest, created_at)
    values (${row.id}, ${row.program_digest}, ${row.owner_id}, ${row.repository_id},
      ${row.revision_digest}, ${row.entry}, ${row.environment}, ${row.environment_digest},
      ${json(row.options)}, ${row.options_digest}, ${row.created_at})
    on conflict (program_digest) do nothing returning id`.execute(tx);
  return rows.length > 0;
}

export async function programByDigest(db: Executor, digest: string): Promise<ProgramRow | null> {
  const { rows } = await sql<ProgramRow>`
    select ${programColumns} from serving_programs where program_digest = ${digest}`.execute(db);
  return rows[0] ?? null;
}

export async function readProgram(db: Executor, id: string): Promise<ProgramRow | null> {
  const { rows } = await sql<ProgramRow>`
    select ${programColumns} from serving_programs where id = ${id}`.execute(db);
  return rows[0] ?? null;
}

/** Programs of these parts, whatever exactly their environment is. */
export async function programsOf(
  db: Executor,
  parts: { revisionDigest: string; entry: string; environment: string; optionsDigest: string },
): Promise<ProgramRow[]> {
  const { rows } = await sql<ProgramRow>`
    select ${programColumns} from serving_programs
    where revision_digest = ${parts.revisionDigest} and entry = ${parts.entry}
      and environment = ${parts.environment} and options_digest = ${parts.optionsDigest}
    order by id desc limit 20`.execute(db);
  return rows;
}

type ProgramFilter = {
  ownerId?: string | undefined;
  revisionDigest?: string | undefined;
  visible: RawBuilder<boolean>;
};

function programsMatching(filter: ProgramFilter): RawBuilder<unknown> {
  const { ownerId, revisionDigest, visible } = filter;
  return sql.join(
    [
      visible,
      ...(ownerId === undefined ? [] : [sql`serving_programs.owner_id = ${ownerId}`]),
      ...(revisionDigest === undefined ? [] : [sql`revision_digest = ${revisionDigest}`]),
    ],
    sql` and `,
  );
}

export async function listPrograms(
  db: Executor,
  filter: ProgramFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: ProgramRow[]; total: number }> {
  const matching = programsMatching(filter);
  const counted = await sql<{ n: number }>`
    select count(*) as n from serving_programs where ${matching}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and serving_programs.id < ${page.before}`;
  const { rows } = await sql<ProgramRow>`
    select ${programColumns} from serving_programs where ${matching} ${earlier}
    order by serving_programs.id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

/** Null where a living deployment of this program has the name already. */
export async function insertDeployment(
  tx: Executor,
  row: Omit<DeploymentRow, 'state' | 'reason' | 'ended_at'>,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    insert into serving_deployments (id, program_id, name, owner_id, files, state, created_by,
      created_at)
    values (${row.id}, ${row.program_id}, ${row.name}, ${row.owner_id}, ${json(row.files)},
      'starting', ${row.created_by}, ${row.created_at})
    on conflict do nothing returning id`.execute(tx);
  if (!rows[0]) return null;
  await sql`
    insert into serving_blobs (digest, deployment_id)
    select distinct digest, ${row.id} from
      unnest(${texts(row.files.map(({ digest }) => digest))}) as digest`.execute(tx);
  return row.id;
}

export async function livingDeployment(
  db: Executor,
  programId: string,
  name: string,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from serving_deployments where program_id = ${programId} and name = ${name}
      and state in ('starting', 'running')`.execute(db);
  return rows[0]?.id ?? null;
}

/** Deployments with their programs and the stop that holds, in the state that shows. */
const deployments = sql`(
  select d.id, d.program_id, d.name, d.owner_id, d.files, d.created_by, d.created_at, d.ended_at,
    case when d.state not in ('ended', 'failed') and s.id is not null then 'stopped'
      else d.state end as state,
    case when d.state not in ('ended', 'failed') and s.id is not null then s.reason
      else d.reason end as reason,
    p.program_digest, p.repository_id, p.revision_digest, p.entry, p.environment,
    p.environment_digest, p.options, p.options_digest,
    s.id as stop_id, s.stopped_by, s.stopped_at
  from serving_deployments d
  join serving_programs p on p.id = d.program_id
  left join serving_stops s on s.target_type = 'serving.deployment' and s.target_id = d.id
    and s.released_at is null
) as deployment`;

export async function readDeployment(db: Executor, id: string): Promise<DeploymentView | null> {
  const { rows } = await sql<DeploymentView>`
    select deployment.* from ${deployments} where deployment.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

type DeploymentFilter = {
  programId?: string | undefined;
  ownerId?: string | undefined;
  state?: DeploymentState | undefined;
  visible: RawBuilder<boolean>;
};

export async function listDeployments(
  db: Executor,
  filter: DeploymentFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: DeploymentView[]; total: number }> {
  const { programId, ownerId, state, visible } = filter;
  const matching = sql.join(
    [
      visible,
      ...(programId === undefined ? [] : [sql`deployment.program_id = ${programId}`]),
      ...(ownerId === undefined ? [] : [sql`deployment.owner_id = ${ownerId}`]),
      ...(state === undefined ? [] : [sql`deployment.state = ${state}`]),
    ],
    sql` and `,
  );
  const counted = await sql<{ n: number }>`
    select count(*) as n from ${deployments} where ${matching}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and deployment.id < ${page.before}`;
  const { rows } = await sql<DeploymentView>`
    select deployment.* from ${deployments} where ${matching} ${earlier}
    order by deployment.id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

export async function startingDeployments(db: Executor, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from serving_deployments where state = 'starting' order by id
    limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** From one state to another; false where it was in none of the former. */
export async function moveDeployment(
  tx: Executor,
  id: string,
  move: {
    from: readonly ('starting' | 'running' | 'failed')[];
    to: 'running' | 'failed' | 'ended';
    reason: FailureReason | string | null;
    at: Date | null;
  },
): Promise<boolean> {
  const { rows } = await sql`
    update serving_deployments set state = ${move.to}, reason = ${move.reason},
      ended_at = ${move.at}
    where id = ${id} and state = any(${texts(move.from)}) returning id`.execute(tx);
  return rows.length > 0;
}

/** Waits for whoever journals an answer of the deployment just now. */
/** Locks a deployment until the transaction ends; false where others would not let go of it in time. */
export async function lockDeployment(tx: Executor, id: string, waitMs: number): Promise<boolean> {
  await sql`savepoint deployment_lock`.execute(tx);
  try {
    await sql`select set_config('lock_timeout', ${`${waitMs}ms`}, true)`.execute(tx);
    await sql`select id from serving_deployments where id = ${id} for update`.execute(tx);
    await sql`set local lock_timeout to default`.execute(tx);
    return true;
  } catch (error) {
    if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    await sql`rollback to savepoint deployment_lock`.execute(tx);
    return false;
  }
}

/** Whether there is a deployment or a trial of that id. */
export async function isDeployment(db: Executor, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from serving_deployments where id = ${id}
    union all select 1 from serving_trials where id = ${id}`.execute(db);
  return rows.length > 0;
}

export async function blobsInUse(
  db: Executor,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ digest: string }>`
    select digest from serving_blobs where digest = any(${texts(digests)})
    union select digest from serving_trial_files where digest = any(${texts(digests)})`.execute(db);
  return new Set(rows.map(({ digest }) => digest));
}

const stopColumns = sql`id, target_type, target_id, reason, stopped_by, stopped_at, released_by,
  release_reason, released_at`;

export async function holdingStop(
  db: Executor,
  { type, id }: ResourceRef,
): Promise<StopRow | null> {
  const { rows } = await sql<StopRow>`
    select ${stopColumns} from serving_stops
    where target_type = ${type} and target_id = ${id} and released_at is null`.execute(db);
  return rows[0] ?? null;
}

/** Every target that is stopped now. */
export async function stoppedTargets(db: Executor): Promise<ResourceRef[]> {
  const { rows } = await sql<ResourceRef>`
    select target_type as type, target_id as id from serving_stops
    where released_at is null`.execute(db);
  return rows;
}

/** Gives false where a stop of the target holds already. */
export async function insertStop(
  tx: Executor,
  row: Pick<StopRow, 'id' | 'target_type' | 'target_id' | 'reason' | 'stopped_by' | 'stopped_at'>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into serving_stops (id, target_type, target_id, reason, stopped_by, stopped_at)
    values (${row.id}, ${row.target_type}, ${row.target_id}, ${row.reason}, ${row.stopped_by},
      ${row.stopped_at})
    on conflict (target_type, target_id) where released_at is null do nothing
    returning id`.execute(tx);
  return rows.length > 0;
}

/** The id of the stop that held; null where there was none. */
export async function endStop(
  tx: Executor,
  { type, id }: ResourceRef,
  end: { by: string; reason: string; at: Date },
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    update serving_stops
    set released_by = ${end.by}, release_reason = ${end.reason}, released_at = ${end.at}
    where target_type = ${type} and target_id = ${id} and released_at is null
    returning id`.execute(tx);
  return rows[0]?.id ?? null;
}

/** Stops, the latest first. */
export async function listStops(
  db: Executor,
  filter: { holding?: boolean | undefined; target?: ResourceRef | undefined },
  page: { before: string | null; limit: number },
): Promise<{ rows: StopRow[]; total: number }> {
  const { holding, target } = filter;
  const matching = sql.join(
    [
      sql`true`,
      ...(holding === undefined ? [] : [sql`(released_at is null) = ${holding}`]),
      ...(target ? [sql`target_type = ${target.type} and target_id = ${target.id}`] : []),
    ],
    sql` and `,
  );
  const counted = await sql<{ n: number }>`
    select count(*) as n from serving_stops where ${matching}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and id < ${page.before}`;
  const { rows } = await sql<StopRow>`
    select ${stopColumns} from serving_stops where ${matching} ${earlier}
    order by id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

export async function livingDeployments(db: Executor, programId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from serving_deployments where program_id = ${programId}
      and state in ('starting', 'running') order by id`.execute(db);
  return rows.map(({ id }) => id);
}
