import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import type { EndpointState, TrafficTerms } from './endpoint-entities.ts';

/** SQL for endpoints and their traffic. */

export type TrafficRow = {
  version: number;
  primary_trial: string;
  canary_trial: string | null;
  canary_percent: number;
  shadow_trial: string | null;
  shadow_percent: number;
  rolled_back_to: number | null;
  before: number | null;
  reason: string;
  changed_by: string;
  changed_at: Date;
};

/** An endpoint with the traffic that holds. */
export type EndpointRow = {
  id: string;
  repository_id: string;
  owner_id: string;
  name: string;
  version: number;
  state: EndpointState;
  end_reason: string | null;
  created_by: string;
  created_at: Date;
  ended_at: Date | null;
} & Omit<TrafficRow, 'reason'>;

/** The id of the repository of every listed endpoint, for `access.visible`. */
export const endpointRepositoryColumn: RawBuilder<unknown> = sql.ref('endpoint.repository_id');

const endpoints = sql`(
  select e.id, e.repository_id, e.owner_id, e.name, e.version, e.state, e.reason as end_reason,
    e.created_by, e.created_at, e.ended_at, t.primary_trial, t.canary_trial, t.canary_percent,
    t.shadow_trial, t.shadow_percent, t.rolled_back_to, t.before, t.changed_by, t.changed_at
  from serving_endpoints e
  join serving_traffic t on t.endpoint_id = e.id and t.version = e.version
) as endpoint`;

type NewEndpoint = Pick<
  EndpointRow,
  'id' | 'repository_id' | 'owner_id' | 'name' | 'created_by' | 'created_at'
>;

/** False where the repository has an open endpoint of this name. */
export async function insertEndpoint(tx: Executor, row: NewEndpoint): Promise<boolean> {
  const { rows } = await sql`
    insert into serving_endpoints (id, repository_id, owner_id, name, version, state, created_by,
      created_at)
    values (${row.id}, ${row.repository_id}, ${row.owner_id}, ${row.name}, 1, 'open',
      ${row.created_by}, ${row.created_at})
    on conflict do nothing returning id`.execute(tx);
  return rows.length > 0;
}

type NewTraffic = {
  version: number;
  terms: TrafficTerms;
  rolledBackTo: number | null;
  before: number | null;
  reason: string;
  by: string;
  at: Date;
};

export async function insertTraffic(
  tx: Executor,
  endpointId: string,
  { version, terms: { primary, canary, shadow }, ...change }: NewTraffic,
): Promise<void> {
  await sql`
    insert into serving_traffic (endpoint_id, version, primary_trial, canary_trial, canary_percent,
      shadow_trial, shadow_percent, rolled_back_to, before, reason, changed_by, changed_at)
    values (${endpointId}, ${version}, ${primary}, ${canary?.trialId ?? null},
      ${canary?.percent ?? 0}, ${shadow?.trialId ?? null}, ${shadow?.percent ?? 0},
      ${change.rolledBackTo}, ${change.before}, ${change.reason}, ${change.by},
      ${change.at})`.execute(tx);
}

/** Has the newest traffic hold. */
export async function raiseVersion(tx: Executor, id: string, version: number): Promise<void> {
  await sql`update serving_endpoints set version = ${version} where id = ${id}`.execute(tx);
}

/** Holds the endpoint for the transaction, so that its changes follow each other. */
export async function lockEndpoint(tx: Executor, id: string): Promise<EndpointRow | null> {
  await sql`select id from serving_endpoints where id = ${id} for update`.execute(tx);
  return readEndpoint(tx, id);
}

export async function readEndpoint(db: Executor, id: string): Promise<EndpointRow | null> {
  const { rows } = await sql<EndpointRow>`
    select endpoint.* from ${endpoints} where endpoint.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

export async function openEndpointOf(
  db: Executor,
  { repositoryId, name }: { repositoryId: string; name: string },
): Promise<EndpointRow | null> {
  const { rows } = await sql<EndpointRow>`
    select endpoint.* from ${endpoints} where endpoint.repository_id = ${repositoryId}
      and endpoint.name = ${name} and endpoint.state = 'open'`.execute(db);
  return rows[0] ?? null;
}

export async function countOpenEndpoints(db: Executor, ownerId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from serving_endpoints
    where owner_id = ${ownerId} and state = 'open'`.execute(db);
  return rows[0]?.n ?? 0;
}

export async function listEndpoints(
  db: Executor,
  filter: {
    repositoryId?: string | undefined;
    state?: EndpointState | undefined;
    visible: RawBuilder<boolean>;
  },
  page: { before: string | null; limit: number },
): Promise<{ rows: EndpointRow[]; total: number }> {
  const { repositoryId, state, visible } = filter;
  const matching = sql.join(
    [
      visible,
      ...(repositoryId === undefined ? [] : [sql`endpoint.repository_id = ${repositoryId}`]),
      ...(state === undefined ? [] : [sql`endpoint.state = ${state}`]),
    ],
    sql` and `,
  );
  const counted = await sql<{ n: number }>`
    select count(*) as n from ${endpoints} where ${matching}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and endpoint.id < ${page.before}`;
  const { rows } = await sql<EndpointRow>`
    select endpoint.* from ${endpoints} where ${matching} ${earlier}
    order by endpoint.id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

/** False where it had ended before. */
export async function endEndpoint(
  tx: Executor,
  id: string,
  { reason, at }: { reason: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update serving_endpoints set state = 'ended', reason = ${reason}, ended_at = ${at}
    where id = ${id} and state = 'open' returning id`.execute(tx);
  return rows.length > 0;
}

const columns = sql`version, primary_trial, canary_trial, canary_percent, shadow_trial,
  shadow_percent, rolled_back_to, before, reason, changed_by, changed_at`;

export async function readTraffic(
  db: Executor,
  endpointId: string,
  version: number,
): Promise<TrafficRow | null> {
  const { rows } = await sql<TrafficRow>`
    select ${columns} from serving_traffic
    where endpoint_id = ${endpointId} and version = ${version}`.execute(db);
  return rows[0] ?? null;
}

export async function listTraffic(
  db: Executor,
  endpointId: string,
  page: { before: number | null; limit: number },
): Promise<{ rows: TrafficRow[]; total: number }> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from serving_traffic where endpoint_id = ${endpointId}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and version < ${page.before}`;
  const { rows } = await sql<TrafficRow>`
    select ${columns} from serving_traffic where endpoint_id = ${endpointId} ${earlier}
    order by version desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

/** How many processes of a trial servers keep and may run. False where it has ended, or has these already. */
export async function scaleTrial(
  tx: Executor,
  trialId: string,
  { min, max }: { min: number; max: number },
): Promise<boolean> {
  const { rows } = await sql`
    update serving_trials set replicas_min = ${min}, replicas_max = ${max}
    where id = ${trialId} and state = 'open' and (replicas_min, replicas_max) <> (${min}::integer, ${max}::integer)
    returning id`.execute(tx);
  return rows.length > 0;
}

/** The trials of which every server keeps processes ready. */
export async function warmTrials(db: Executor, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from serving_trials where state = 'open' and replicas_min > 0
    order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
