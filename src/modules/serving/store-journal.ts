import { sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';

/** SQL for sessions, allowances and the journal. */

export type SessionRow = {
  id: string;
  deployment_id: string;
  caller_id: string;
  name: string;
  columns: string[] | null;
  rows_answered: number;
};

export type InferenceRow = {
  id: string;
  deployment_id: string;
  session_id: string;
  position: number;
  row_count: number;
  flagged: number;
  rows: string;
  predictions: string;
  request_id: string;
  caller_id: string;
  basis: string;
  basis_position: number;
  took_ms: number;
  created_at: Date;
};

const inferenceColumns = sql`i.id, i.deployment_id, i.session_id, i.position, i.row_count, i.flagged,
  i.rows, i.predictions, i.request_id, i.caller_id, i.basis, i.basis_position, i.took_ms,
  i.created_at`;

type SessionKey = { deploymentId: string; callerId: string; name: string };

export async function findSession(db: Executor, key: SessionKey): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from serving_sessions where deployment_id = ${key.deploymentId}
      and caller_id = ${key.callerId} and name = ${key.name}`.execute(db);
  return rows[0]?.id ?? null;
}

export async function countSessions(
  db: Executor,
  { deploymentId, callerId }: Omit<SessionKey, 'name'>,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from serving_sessions
    where deployment_id = ${deploymentId} and caller_id = ${callerId}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** The id of the session of that name, made if there was none. */
export async function ensureSession(
  tx: Executor,
  key: SessionKey & { id: string; createdAt: Date },
): Promise<string> {
  await sql`
    insert into serving_sessions (id, deployment_id, caller_id, name, created_at)
    values (${key.id}, ${key.deploymentId}, ${key.callerId}, ${key.name}, ${key.createdAt})
    on conflict do nothing`.execute(tx);
  return (await findSession(tx, key)) ?? key.id;
}

export async function countOnSession(
  tx: Executor,
  id: string,
  more: { errors: number; restarts: number },
): Promise<void> {
  await sql`
    update serving_sessions set errors = errors + ${more.errors},
      restarts = restarts + ${more.restarts}
    where id = ${id}`.execute(tx);
}

/** Sessions that have answered rows, the oldest first. */
export async function sessionsOf(
  db: Executor,
  deploymentId: string,
  limit: number,
): Promise<SessionRow[]> {
  const { rows } = await sql<SessionRow>`
    select id, deployment_id, caller_id, name, columns, rows_answered from serving_sessions
    where deployment_id = ${deploymentId} and rows_answered > 0
    order by id limit ${limit}`.execute(db);
  return rows;
}

/** What a session asks before it asks its program. */
export type Question = {
  sessionId: string;
  deploymentId: string;
  programId: string;
  callerId: string;
  requestIds: readonly string[];
};

export type Allowance = { basis: string; left: number };
export type Answered = { id: string; rows: string; predictions: string };

export type Prepared = {
  state: 'starting' | 'running' | 'stopped' | 'failed' | 'ended';
  reason: string | null;
  columns: string[] | null;
  rowsAnswered: number;
  answered: ReadonlyMap<string, Answered>;
  /** In the order in which they are used. */
  allowances: readonly Allowance[];
};

/** Lists as parameters: an array that is made by a subquery costs PGlite twice the statement. */
const list = (values: readonly string[]) =>
  sql.join([...new Set(values)].map((value) => sql`${value}`));

/** Answers many questions by four statements. */
export async function prepare(db: Executor, questions: readonly Question[]): Promise<Prepared[]> {
  const requests = questions.flatMap(({ sessionId, requestIds }) =>
    requestIds.map((requestId) => sql`(${sessionId}, ${requestId})`),
  );
  const [sessions, deployments, allowances, answered] = await Promise.all([
    sql<Pick<SessionRow, 'id' | 'columns' | 'rows_answered'>>`
      select id, columns, rows_answered from serving_sessions
      where id in (${list(questions.map(({ sessionId }) => sessionId))})`.execute(db),
    sql<{ id: string } & Pick<Prepared, 'state' | 'reason'>>`
      select id, reason, case when state in ('starting', 'running') and exists (
          select 1 from serving_stops where target_type = 'serving.deployment'
            and target_id = serving_deployments.id and released_at is null
        ) then 'stopped' else state end as state
      from serving_deployments
      where id in (${list(questions.map(({ deploymentId }) => deploymentId))})`.execute(db),
    sql<Allowance & { program_id: string; caller_id: string }>`
      select basis, program_id, caller_id, calls_granted - calls_used as left
      from serving_allowances
      where closed_at is null and calls_used < calls_granted
        and program_id in (${list(questions.map(({ programId }) => programId))})
        and caller_id in (${list(questions.map(({ callerId }) => callerId))})
      order by created_at, basis`.execute(db),
    sql<Answered & { session_id: string; request_id: string }>`
      select id, session_id, request_id, rows, predictions from serving_inferences
      where (session_id, request_id) in (${sql.join(requests)})`.execute(db),
  ]);
  return questions.map((question) => {
    const session = sessions.rows.find(({ id }) => id === question.sessionId);
    const deployment = deployments.rows.find(({ id }) => id === question.deploymentId);
    const own = answered.rows.filter(({ session_id }) => session_id === question.sessionId);
    return {
      state: deployment?.state ?? 'ended',
      reason: deployment?.reason ?? null,
      columns: session?.columns ?? null,
      rowsAnswered: session?.rows_answered ?? 0,
      answered: new Map(own.map((row) => [row.request_id, row])),
      allowances: allowances.rows.filter(
        ({ program_id, caller_id }) =>
          program_id === question.programId && caller_id === question.callerId,
      ),
    };
  });
}

/** What must hold for answers to be journalled, as it stands until the transaction ends. */
export type Locked = {
  /** Rows answered by session. */
  sessions: Map<string, number>;
  /** Deployments that may answer. */
  running: ReadonlySet<string>;
  /** What is left and used under each basis that stands open. */
  allowances: Map<string, { granted: number; used: number }>;
};

/**
 * Locks sessions, deployments and allowances, each in the order of their ids. A stop locks its deployment
 * too: so an answer is durable before a stop, or not at all, unless the stop would wait for too long (stops.ts).
 * The lock is exclusive, since many shared ones could keep a stop waiting for ever.
 */
export async function lock(
  tx: Executor,
  ids: {
    sessions: readonly string[];
    deployments: readonly string[];
    bases: readonly string[];
  },
): Promise<Locked> {
  const sessions = await sql<{ id: string; rows_answered: number }>`
    select id, rows_answered from serving_sessions where id in (${list(ids.sessions)})
    order by id for update`.execute(tx);
  const deployments = await sql<{ id: string; state: string }>`
    select id, state from serving_deployments where id in (${list(ids.deployments)})
    order by id for update`.execute(tx);
  // A statement of its own: it must see what was committed while the one before it waited.
  const stops = await sql<{ id: string }>`
    select target_id as id from serving_stops where target_type = 'serving.deployment'
      and released_at is null and target_id in (${list(ids.deployments)})`.execute(tx);
  const allowances = await sql<{ basis: string; granted: number; used: number }>`
    select basis, calls_granted as granted, calls_used as used from serving_allowances
    where basis in (${list(ids.bases)}) and closed_at is null order by basis for update`.execute(
    tx,
  );
  const stopped = new Set(stops.rows.map(({ id }) => id));
  const running = deployments.rows.filter(
    ({ id, state }) => state === 'running' && !stopped.has(id),
  );
  return {
    sessions: new Map(sessions.rows.map((row) => [row.id, row.rows_answered])),
    running: new Set(running.map(({ id }) => id)),
    allowances: new Map(allowances.rows.map(({ basis, ...row }) => [basis, row])),
  };
}

export type NewInference = Omit<InferenceRow, 'created_at'> & {
  asked_by: string;
  created_at: string;
};

/** Writes answers, and moves their sessions and allowances, by one statement. */
export async function journal(
  tx: Executor,
  entries: readonly NewInference[],
  moves: {
    sessions: readonly { id: string; rows: number; columns: readonly string[] }[];
    allowances: readonly { basis: string; used: number }[];
  },
): Promise<void> {
  await sql`
    with entry as (
      insert into serving_inferences (id, deployment_id, session_id, position, row_count, flagged,
        rows, predictions, request_id, caller_id, asked_by, basis, basis_position, took_ms, created_at)
      select id, deployment_id, session_id, position, row_count, flagged, rows, predictions,
        request_id, caller_id, asked_by, basis, basis_position, took_ms, created_at
      from jsonb_to_recordset(${json(entries)}) as e(id text, deployment_id text, session_id text,
        position bigint, row_count integer, flagged integer, rows text, predictions text,
        request_id text, caller_id text, asked_by text, basis text, basis_position bigint,
        took_ms real, created_at timestamptz)
    ), moved as (
      update serving_sessions s
      set rows_answered = m.rows, columns = coalesce(s.columns, m.columns)
      from jsonb_to_recordset(${json(moves.sessions)}) as m(id text, rows bigint, columns jsonb)
      where s.id = m.id
    )
    update serving_allowances a set calls_used = u.used
    from jsonb_to_recordset(${json(moves.allowances)}) as u(basis text, used bigint)
    where a.basis = u.basis`.execute(tx);
}

export type JournalPart = { position: number; rows: string; predictions: string };

/** What a session answered from a position on, up to another, a page at a time. */
export async function journalPage(
  db: Executor,
  sessionId: string,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<JournalPart[]> {
  const { rows } = await sql<JournalPart>`
    select position, rows, predictions from serving_inferences
    where session_id = ${sessionId} and position >= ${from} and position < ${to}
    order by position limit ${limit}`.execute(db);
  return rows;
}

type InferenceFilter = {
  deploymentId: string;
  session?: string | undefined;
  callerId?: string | undefined;
};

export async function listInferences(
  db: Executor,
  { deploymentId, session, callerId }: InferenceFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: (InferenceRow & { session: string; columns: string[] })[]; total: number }> {
  const matching = sql.join(
    [
      sql`i.deployment_id = ${deploymentId}`,
      ...(session === undefined ? [] : [sql`s.name = ${session}`]),
      ...(callerId === undefined ? [] : [sql`i.caller_id = ${callerId}`]),
    ],
    sql` and `,
  );
  const counted = await sql<{ n: number }>`
    select count(*) as n from serving_inferences i
    join serving_sessions s on s.id = i.session_id where ${matching}`.execute(db);
  const earlier = page.before === null ? sql`` : sql`and i.id < ${page.before}`;
  const { rows } = await sql<InferenceRow & { session: string; columns: string[] }>`
    select ${inferenceColumns}, s.name as session, s.columns from serving_inferences i
    join serving_sessions s on s.id = i.session_id
    where ${matching} ${earlier} order by i.id desc limit ${page.limit}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

export type HealthRow = {
  rows_answered: number;
  errors: number;
  restarts: number;
  sessions: number;
  latency_ms_p95: number | null;
  flagged_share: number | null;
};

const HEALTH_CALLS = 1_000;

export async function readHealth(db: Executor, deploymentId: string): Promise<HealthRow> {
  const counts = await sql<Omit<HealthRow, 'latency_ms_p95' | 'flagged_share'>>`
    select coalesce(sum(rows_answered), 0)::bigint as rows_answered,
      coalesce(sum(errors), 0)::bigint as errors,
      coalesce(sum(restarts), 0)::bigint as restarts, count(*) as sessions
    from serving_sessions where deployment_id = ${deploymentId}`.execute(db);
  const recent = await sql<Pick<HealthRow, 'latency_ms_p95' | 'flagged_share'>>`
    select percentile_disc(0.95) within group (order by took_ms) as latency_ms_p95,
      (sum(flagged)::double precision / sum(row_count)) as flagged_share
    from (select took_ms, flagged, row_count from serving_inferences
      where deployment_id = ${deploymentId} order by id desc limit ${HEALTH_CALLS}) recent`.execute(
    db,
  );
  const none = { rows_answered: 0, errors: 0, restarts: 0, sessions: 0 };
  const blank = { latency_ms_p95: null, flagged_share: null };
  return { ...none, ...counts.rows[0], ...(recent.rows[0] ?? blank) };
}

/** Adds prepaid calls; false where the basis belongs to another program or caller, or is closed. */
export async function addAllowance(
  tx: Executor,
  row: { basis: string; programId: string; callerId: string; calls: number; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into serving_allowances as a (basis, program_id, caller_id, calls_granted, created_at)
    values (${row.basis}, ${row.programId}, ${row.callerId}, ${row.calls}, ${row.at})
    on conflict (basis) do update set calls_granted = a.calls_granted + excluded.calls_granted
      where a.program_id = excluded.program_id and a.caller_id = excluded.caller_id
        and a.closed_at is null
    returning basis`.execute(tx);
  return rows.length > 0;
}

/** Ends an allowance; null where there is none. */
export async function closeAllowance(
  tx: Executor,
  basis: string,
  at: Date,
): Promise<{ granted: number; used: number } | null> {
  const { rows } = await sql<{ granted: number; used: number }>`
    update serving_allowances set closed_at = coalesce(closed_at, ${at}) where basis = ${basis}
    returning calls_granted as granted, calls_used as used`.execute(tx);
  return rows[0] ?? null;
}

export type UsageRow = { granted: number; used: number; first: Date | null; last: Date | null };

export async function readUsage(db: Executor, basis: string): Promise<UsageRow | null> {
  const { rows } = await sql<UsageRow>`
    select calls_granted as granted, calls_used as used,
      (select created_at from serving_inferences where basis = a.basis
        order by basis_position limit 1) as first,
      (select created_at from serving_inferences where basis = a.basis
        order by basis_position desc limit 1) as last
    from serving_allowances a where basis = ${basis}`.execute(db);
  return rows[0] ?? null;
}

export type UsageLineRow = {
  id: string;
  deployment_id: string;
  basis_position: number;
  row_count: number;
  created_at: Date;
};

/** Journalled calls under a basis after one of them, in the order in which they were counted. */
export async function usageLines(
  tx: Executor,
  basis: string,
  afterId: string | null,
  limit: number,
): Promise<UsageLineRow[]> {
  const later =
    afterId === null
      ? sql``
      : sql`and basis_position > (select basis_position from serving_inferences
          where id = ${afterId} and basis = ${basis})`;
  const { rows } = await sql<UsageLineRow>`
    select id, deployment_id, basis_position, row_count, created_at from serving_inferences
    where basis = ${basis} ${later} order by basis_position limit ${limit}`.execute(tx);
  return rows;
}

/** Which of these parties has an open allowance for the program; the oldest allowance first. */
export async function callerWithAllowance(
  db: Executor,
  programId: string,
  callerIds: readonly string[],
): Promise<string | null> {
  const { rows } = await sql<{ caller_id: string }>`
    select caller_id from serving_allowances
    where program_id = ${programId} and caller_id = any(${texts(callerIds)})
      and closed_at is null and calls_used < calls_granted
    order by created_at, basis limit 1`.execute(db);
  return rows[0]?.caller_id ?? null;
}
