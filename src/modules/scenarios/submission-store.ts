import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import type { Cursor } from '#kernel/page.ts';
import type { ScoreBody } from './evaluation-facts.ts';
import type { Program } from './program-entry.ts';

/** The only SQL for submissions, their evaluations and positions. */

type SubmissionState = 'evaluating' | 'scored' | 'failed' | 'withdrawn';

export type SubmissionRow = {
  id: string;
  call_id: string;
  team_id: string | null;
  owner_id: string;
  name: Words;
  submitted_by: string;
  received_at: Date;
  program: Program;
  revision_digest: string;
  options: Record<string, Json>;
  options_digest: string;
  idempotency_key: string | null;
  state: SubmissionState;
  state_at: Date;
  deadline_at: Date;
  reason: string | null;
  counted: boolean;
  receipt_fact_id: string;
};

export type EvaluationRow = {
  evaluation_id: string;
  submission_id: string;
  dataset_kind: 'public' | 'hidden';
  state: 'running' | 'done' | 'failed';
  finished_at: Date | null;
  reason: string | null;
  score: ScoreBody | null;
  score_fact_id: string | null;
};

/** A submission with its team's name and its score on hidden data. */
export type ScoredRow = SubmissionRow & {
  team_name: string | null;
  call_title: Words;
  score: ScoreBody | null;
  score_fact_id: string | null;
};

const columns = sql.raw(`b.id, b.call_id, b.team_id, b.owner_id, b.name, b.submitted_by,
  b.received_at, b.program, b.revision_digest, b.options, b.options_digest, b.idempotency_key,
  b.state, b.state_at, b.deadline_at, b.reason, b.counted, b.receipt_fact_id`);
const evaluationColumns = sql.raw(`e.evaluation_id, e.submission_id, e.dataset_kind, e.state,
  e.finished_at, e.reason, e.score, e.score_fact_id`);
const scored = sql.raw(`t.name as team_name, c.draft -> 'title' as call_title,
  e.score, e.score_fact_id`);
const joined = sql.raw(`scenarios_submissions b join scenarios_calls c on c.id = b.call_id
  left join scenarios_teams t on t.id = b.team_id
  left join scenarios_evaluations e on e.submission_id = b.id and e.dataset_kind = 'hidden'`);

export async function insertSubmission(tx: Executor, row: SubmissionRow): Promise<void> {
  await sql`
    insert into scenarios_submissions (id, call_id, team_id, owner_id, name, submitted_by,
      received_at, program, revision_digest, options, options_digest, idempotency_key, state,
      state_at, deadline_at, reason, counted, receipt_fact_id)
    values (${row.id}, ${row.call_id}, ${row.team_id}, ${row.owner_id}, ${json(row.name)},
      ${row.submitted_by}, ${row.received_at}, ${json(row.program)}, ${row.revision_digest},
      ${json(row.options)}, ${row.options_digest}, ${row.idempotency_key}, ${row.state},
      ${row.state_at}, ${row.deadline_at}, ${row.reason}, ${row.counted},
      ${row.receipt_fact_id})`.execute(tx);
}

export async function readSubmission(
  tx: Executor,
  submissionId: string,
  options: { lock?: boolean } = {},
): Promise<SubmissionRow | undefined> {
  const { rows } = await sql<SubmissionRow>`
    select ${columns} from scenarios_submissions b where b.id = ${submissionId}
    ${sql.raw(options.lock ? 'for update' : '')}`.execute(tx);
  return rows[0];
}

/** The submission of a team, or of a call's owner, that was made under a client's key. */
export async function findByKey(
  tx: Executor,
  by: { callId: string; submitter: string; key: string },
): Promise<SubmissionRow | undefined> {
  const { rows } = await sql<SubmissionRow>`
    select ${columns} from scenarios_submissions b
    where b.call_id = ${by.callId} and coalesce(b.team_id, b.owner_id) = ${by.submitter}
      and b.idempotency_key = ${by.key}`.execute(tx);
  return rows[0];
}

/** How many submissions of a team count against its limits: in all, and since an instant. */
export async function countAttempts(tx: Executor, teamId: string, since: Date) {
  const { rows } = await sql<{ inAll: number; today: number }>`
    select count(*) as "inAll", count(*) filter (where received_at >= ${since}) as today
    from scenarios_submissions where team_id = ${teamId} and counted`.execute(tx);
  return rows[0] ?? { inAll: 0, today: 0 };
}

export async function endSubmission(
  tx: Executor,
  end: {
    submissionId: string;
    state: 'scored' | 'failed';
    at: Date;
    reason: string | null;
    counted: boolean;
  },
): Promise<void> {
  await sql`
    update scenarios_submissions set state = ${end.state}, state_at = ${end.at},
      reason = ${end.reason}, counted = ${end.counted}
    where id = ${end.submissionId}`.execute(tx);
}

/** Submissions that are past their deadline and still being evaluated. */
export async function lateSubmissions(tx: Executor, at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from scenarios_submissions
    where state = 'evaluating' and deadline_at <= ${at} order by deadline_at limit 100`.execute(tx);
  return rows.map((row) => row.id);
}

export async function evaluatingOf(tx: Executor, callId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from scenarios_submissions
    where call_id = ${callId} and state = 'evaluating' order by received_at, id`.execute(tx);
  return rows.map((row) => row.id);
}

export async function insertEvaluation(
  tx: Executor,
  row: Pick<EvaluationRow, 'evaluation_id' | 'submission_id' | 'dataset_kind'>,
): Promise<void> {
  await sql`
    insert into scenarios_evaluations (evaluation_id, submission_id, dataset_kind, state)
    values (${row.evaluation_id}, ${row.submission_id}, ${row.dataset_kind}, 'running')`.execute(
    tx,
  );
}

export async function readEvaluation(
  tx: Executor,
  evaluationId: string,
): Promise<EvaluationRow | undefined> {
  const { rows } = await sql<EvaluationRow>`
    select ${evaluationColumns} from scenarios_evaluations e
    where e.evaluation_id = ${evaluationId}`.execute(tx);
  return rows[0];
}

export async function evaluationsOf(tx: Executor, submissionId: string): Promise<EvaluationRow[]> {
  const { rows } = await sql<EvaluationRow>`
    select ${evaluationColumns} from scenarios_evaluations e
    where e.submission_id = ${submissionId} order by e.dataset_kind`.execute(tx);
  return rows;
}

export async function recordScore(
  tx: Executor,
  recorded: { evaluationId: string; score: ScoreBody; factId: string },
): Promise<void> {
  await sql`
    update scenarios_evaluations set score = ${json(recorded.score)},
      score_fact_id = ${recorded.factId}
    where evaluation_id = ${recorded.evaluationId}`.execute(tx);
}

export async function finishEvaluation(
  tx: Executor,
  finished: { evaluationId: string; state: 'done' | 'failed'; reason: string | null; at: Date },
): Promise<void> {
  await sql`
    update scenarios_evaluations set state = ${finished.state}, reason = ${finished.reason},
      finished_at = ${finished.at}
    where evaluation_id = ${finished.evaluationId}`.execute(tx);
}

/** Every submission to a call with its score on hidden data, in the order in which they came. */
export async function scoredOf(tx: Executor, callId: string): Promise<ScoredRow[]> {
  const { rows } = await sql<ScoredRow>`
    select ${columns}, ${scored} from ${joined}
    where b.call_id = ${callId} order by b.received_at, b.id`.execute(tx);
  return rows;
}

export async function readScored(
  tx: Executor,
  submissionId: string,
): Promise<ScoredRow | undefined> {
  const { rows } = await sql<ScoredRow>`
    select ${columns}, ${scored} from ${joined} where b.id = ${submissionId}`.execute(tx);
  return rows[0];
}

export type SubmissionFilter = {
  visible: RawBuilder<boolean>;
  callId: string | undefined;
  teamId: string | undefined;
  state: string | undefined;
  /** Only those of these parties. */
  owners: readonly string[] | null;
  sort: 'newest' | 'oldest';
};

export async function listSubmissions(
  tx: Executor,
  filter: SubmissionFilter,
  page: { cursor: Cursor | null; limit: number },
): Promise<{ rows: ScoredRow[]; total: number }> {
  const parts = [filter.visible];
  if (filter.callId) parts.push(sql`b.call_id = ${filter.callId}`);
  if (filter.teamId) parts.push(sql`b.team_id = ${filter.teamId}`);
  if (filter.state) parts.push(sql`b.state = ${filter.state}`);
  if (filter.owners) parts.push(sql`b.owner_id = any(${texts(filter.owners)})`);
  const where = sql`${sql.join(parts, sql` and `)}`;
  const newest = filter.sort === 'newest';
  const sign = sql.raw(newest ? '<' : '>');
  const { cursor } = page;
  const after = cursor
    ? sql`(b.received_at, b.id) ${sign} (${cursor.key}::timestamptz, ${cursor.id})`
    : sql`true`;
  const order = sql.raw(newest ? 'b.received_at desc, b.id desc' : 'b.received_at, b.id');
  const { rows } = await sql<ScoredRow>`
    select ${columns}, ${scored} from ${joined}
    where ${where} and ${after} order by ${order} limit ${page.limit + 1}`.execute(tx);
  const count = await sql<{ n: number }>`
    select count(*) as n from scenarios_submissions b where ${where}`.execute(tx);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

export type PositionRow = {
  sequence: number;
  call_id: string;
  at: Date;
  team_id: string;
  submission_id: string;
  rank: number;
  score: number;
};

export async function insertPosition(
  tx: Executor,
  row: Omit<PositionRow, 'sequence'>,
): Promise<void> {
  await sql`
    insert into scenarios_positions (call_id, at, team_id, submission_id, rank, score)
    values (${row.call_id}, ${row.at}, ${row.team_id}, ${row.submission_id}, ${row.rank},
      ${row.score})`.execute(tx);
}

/** The latest position of every team of a call, and its rank before that. */
export async function lastPositions(tx: Executor, callId: string) {
  const { rows } = await sql<PositionRow & { rank_before: number | null }>`
    select sequence, call_id, at, team_id, submission_id, rank, score, rank_before from (
      select p.*, lag(p.rank) over own as rank_before,
        row_number() over (partition by p.team_id order by p.sequence desc) as place
      from scenarios_positions p where p.call_id = ${callId}
      window own as (partition by p.team_id order by p.sequence)
    ) moves where place = 1`.execute(tx);
  return new Map(rows.map((row) => [row.team_id, row]));
}

export async function listPositions(
  tx: Executor,
  callId: string,
  page: { before: number | null; limit: number },
) {
  const before = page.before === null ? sql`` : sql`and p.sequence < ${page.before}`;
  const { rows } = await sql<PositionRow & { team_name: string }>`
    select p.sequence, p.call_id, p.at, p.team_id, p.submission_id, p.rank, p.score,
      t.name as team_name
    from scenarios_positions p join scenarios_teams t on t.id = p.team_id
    where p.call_id = ${callId} ${before}
    order by p.sequence desc limit ${page.limit + 1}`.execute(tx);
  const count = await sql<{ n: number }>`
    select count(*) as n from scenarios_positions where call_id = ${callId}`.execute(tx);
  return { rows, total: count.rows[0]?.n ?? 0 };
}
