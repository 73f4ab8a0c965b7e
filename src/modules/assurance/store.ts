import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Cursor } from '#kernel/page.ts';
import type { Measured } from './counters.ts';
import type { EvaluationState, Phase, Standing } from './evaluation-state.ts';
import type { EnvironmentName, JobLimits, JobProgram } from './jobs.ts';
import type { ScorePointer, Scores } from './scores.ts';

/** The only SQL for the tables of assurance. */

export type PinnedProgram = JobProgram & {
  revisionDigest: string;
  environment: EnvironmentName;
};

/** All inputs of an evaluation, by digest. */
export type EvaluationInputs = {
  program: PinnedProgram;
  options: Record<string, Json>;
  features: string;
  labels: string;
  scorer: PinnedProgram;
  scorerOptions: Record<string, Json>;
  scorePointer: ScorePointer;
  precision: number;
  limits: JobLimits;
};

export type RepeatOutcome = 'equal' | 'different' | 'failed';

export type EvaluationRow = {
  id: string;
  basis: string;
  owner_id: string;
  data_owner_id: string;
  dataset_kind: 'public' | 'hidden';
  dataset_digest: string;
  revision_digest: string;
  options_digest: string;
  spec: EvaluationInputs;
  repeat_of: string | null;
  attests: boolean;
  requested_by: string;
  state: EvaluationState;
  phase: Phase;
  attempt: number;
  job_id: string | null;
  predict_job_id: string | null;
  score_job_id: string | null;
  due_at: Date | null;
  measured: Measured | null;
  environment_digest: string | null;
  scorer_environment_digest: string | null;
  isolation: string | null;
  predictions_digest: string | null;
  scores: Scores | null;
  result_digest: string | null;
  reason_code: string | null;
  reason_cause: string | null;
  repeat_outcome: RepeatOutcome | null;
  sealed: boolean;
  disclosed_at: Date | null;
  method: string | null;
  score_fact_id: string | null;
  attested_fact_id: string | null;
  attested_by: string | null;
  created_at: Date;
  finished_at: Date | null;
};

/** What never changes after an evaluation was asked for. */
export type NewEvaluation = Pick<
  EvaluationRow,
  | 'id'
  | 'basis'
  | 'owner_id'
  | 'data_owner_id'
  | 'dataset_kind'
  | 'dataset_digest'
  | 'revision_digest'
  | 'options_digest'
  | 'spec'
  | 'repeat_of'
  | 'attests'
  | 'requested_by'
  | 'sealed'
  | 'created_at'
>;

const columns = sql`id, basis, owner_id, data_owner_id, dataset_kind, dataset_digest,
  revision_digest, options_digest, spec, repeat_of, attests, requested_by, state, phase, attempt,
  job_id, predict_job_id, score_job_id, due_at, measured, environment_digest,
  scorer_environment_digest, isolation, predictions_digest, scores, result_digest, reason_code,
  reason_cause, repeat_outcome, sealed, disclosed_at, method, score_fact_id, attested_fact_id,
  attested_by, created_at, finished_at`;

/** The id of every listed evaluation, for `access.visible`. */
export const evaluationIdColumn: RawBuilder<unknown> = sql.ref('assurance_evaluations.id');

/** Inserts an evaluation that waits for its first job and is due at once. */
export async function insertEvaluation(tx: Executor, row: NewEvaluation): Promise<void> {
  await sql`
    insert into assurance_evaluations (id, basis, owner_id, data_owner_id, dataset_kind,
      dataset_digest, revision_digest, options_digest, spec, repeat_of, attests, requested_by,
      state, phase, attempt, due_at, sealed, created_at)
    values (${row.id}, ${row.basis}, ${row.owner_id}, ${row.data_owner_id}, ${row.dataset_kind},
      ${row.dataset_digest}, ${row.revision_digest}, ${row.options_digest}, ${json(row.spec)},
      ${row.repeat_of}, ${row.attests}, ${row.requested_by}, 'waiting', 'predict', 1,
      ${row.created_at}, ${row.sealed}, ${row.created_at})`.execute(tx);
}

export async function insertObjects(
  tx: Executor,
  evaluationId: string,
  digests: readonly string[],
): Promise<void> {
  await sql`
    insert into assurance_objects (digest, evaluation_id)
    select distinct digest, ${evaluationId} from unnest(${texts(digests)}) as given(digest)
    on conflict do nothing`.execute(tx);
}

export async function objectsInUse(
  executor: Executor,
  digests: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ digest: string }>`
    select distinct digest from assurance_objects
    where digest = any(${texts(digests)})`.execute(executor);
  return new Set(rows.map((row) => row.digest));
}

/** With `lock`, held until the transaction ends: its steps happen one by one. */
export async function readEvaluation(
  executor: Executor,
  id: string,
  options: { lock?: boolean } = {},
): Promise<EvaluationRow | null> {
  const lock = options.lock ? sql`for update` : sql``;
  const { rows } = await sql<EvaluationRow>`
    select ${columns} from assurance_evaluations where id = ${id} ${lock}`.execute(executor);
  return rows[0] ?? null;
}

/** The evaluation that waits for a job, locked; null where none does, or no longer. */
export async function lockByJob(tx: Executor, jobId: string): Promise<EvaluationRow | null> {
  const { rows } = await sql<EvaluationRow>`
    select ${columns} from assurance_evaluations where job_id = ${jobId} for update`.execute(tx);
  return rows[0] ?? null;
}

/** Writes where an evaluation stands now. */
export async function moveTo(
  tx: Executor,
  id: string,
  standing: Standing,
  dueAt: Date,
): Promise<void> {
  const { state, phase, attempt, jobId } = standing;
  const last = phase === 'predict' ? sql`predict_job_id` : sql`score_job_id`;
  const keep = jobId === null ? sql`` : sql`, ${last} = ${jobId}`;
  await sql`
    update assurance_evaluations set state = ${state}, phase = ${phase}, attempt = ${attempt},
      job_id = ${jobId}, due_at = ${dueAt} ${keep}
    where id = ${id}`.execute(tx);
}

export async function recordPredictions(
  tx: Executor,
  id: string,
  predicted: { digest: string; environmentDigest: string; isolation: string | null },
): Promise<void> {
  await sql`
    update assurance_evaluations set predictions_digest = ${predicted.digest},
      environment_digest = ${predicted.environmentDigest}, isolation = ${predicted.isolation}
    where id = ${id}`.execute(tx);
}

export async function recordMeasured(tx: Executor, id: string, measured: Measured): Promise<void> {
  await sql`
    update assurance_evaluations set measured = ${json(measured)} where id = ${id}`.execute(tx);
}

export type Scored = {
  scores: Scores;
  resultDigest: string;
  scorerEnvironmentDigest: string;
  at: Date;
  scoreFactId: string | null;
  repeatOutcome: RepeatOutcome | null;
};

/** Ends an evaluation with its scores. */
export async function finishDone(tx: Executor, id: string, done: Scored): Promise<void> {
  await sql`
    update assurance_evaluations set state = 'done', job_id = null, due_at = null,
      scores = ${json(done.scores)}, result_digest = ${done.resultDigest},
      scorer_environment_digest = ${done.scorerEnvironmentDigest}, finished_at = ${done.at},
      score_fact_id = ${done.scoreFactId}, repeat_outcome = ${done.repeatOutcome}
    where id = ${id}`.execute(tx);
}

/** Ends an evaluation without scores. */
export async function finishWithout(
  tx: Executor,
  id: string,
  end: { state: 'failed' | 'stopped'; code: string; cause: string | null; at: Date },
): Promise<void> {
  await sql`
    update assurance_evaluations set state = ${end.state}, job_id = null, due_at = null,
      reason_code = ${end.code}, reason_cause = ${end.cause}, finished_at = ${end.at},
      repeat_outcome = case when repeat_of is null then null else 'failed' end
    where id = ${id}`.execute(tx);
}

/** The first attestation of a score stays. */
export async function recordAttestation(
  tx: Executor,
  id: string,
  attested: { factId: string; by: string },
): Promise<void> {
  await sql`
    update assurance_evaluations
    set attested_fact_id = ${attested.factId}, attested_by = ${attested.by}
    where id = ${id} and attested_fact_id is null`.execute(tx);
}

/** Lifts the seal of every evaluation that was asked for on one of the bases. Returns their ids. */
export async function unsealBases(tx: Executor, bases: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update assurance_evaluations set sealed = false
    where sealed and basis = any(${texts(bases)}) returning id`.execute(tx);
  return rows.map((row) => row.id);
}

export async function unseal(tx: Executor, id: string): Promise<void> {
  await sql`update assurance_evaluations set sealed = false where id = ${id}`.execute(tx);
}

export async function recordDisclosure(
  tx: Executor,
  id: string,
  disclosed: { at: Date; method: string | null },
): Promise<void> {
  await sql`
    update assurance_evaluations
    set disclosed_at = ${disclosed.at}, method = ${disclosed.method}, sealed = false
    where id = ${id}`.execute(tx);
}

export async function evaluationsDue(db: Executor, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from assurance_evaluations where due_at <= ${now}
    order by due_at limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

export async function nextDue(db: Executor): Promise<Date | null> {
  const { rows } = await sql<{ due: Date | null }>`
    select min(due_at) as due from assurance_evaluations where due_at is not null`.execute(db);
  return rows[0]?.due ?? null;
}

/** Moves deadlines of jobs that passed while nobody watched. */
export async function forgiveDowntime(tx: Executor, now: Date, until: Date): Promise<void> {
  await sql`
    update assurance_evaluations set due_at = ${until}
    where due_at <= ${now} and state in ('predicting', 'scoring')`.execute(tx);
}

/** Puts off what could not be attended to now. */
export async function postpone(tx: Executor, id: string, dueAt: Date): Promise<void> {
  await sql`
    update assurance_evaluations set due_at = ${dueAt}
    where id = ${id} and due_at is not null`.execute(tx);
}

/** Repeats of an evaluation, the newest first. */
export async function repeatsOf(db: Executor, id: string, limit: number): Promise<EvaluationRow[]> {
  const { rows } = await sql<EvaluationRow>`
    select ${columns} from assurance_evaluations where repeat_of = ${id}
    order by id desc limit ${limit}`.execute(db);
  return rows;
}

/** First evaluations (no repeats) that were asked for on the bases. */
export async function evaluationsOf(
  db: Executor,
  bases: readonly string[],
): Promise<EvaluationRow[]> {
  const { rows } = await sql<EvaluationRow>`
    select ${columns} from assurance_evaluations
    where basis = any(${texts(bases)}) and repeat_of is null order by id`.execute(db);
  return rows;
}

export type EvaluationFilter = {
  state?: string | undefined;
  datasetKind?: string | undefined;
  basis?: string | undefined;
  ownerId?: string | undefined;
  revisionDigest?: string | undefined;
  datasetDigest?: string | undefined;
  repeats: boolean;
  visible: RawBuilder<boolean>;
};

function matching(filter: EvaluationFilter): RawBuilder<unknown> {
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  const parts = [
    ...equal('state', filter.state),
    ...equal('dataset_kind', filter.datasetKind),
    ...equal('basis', filter.basis),
    ...equal('owner_id', filter.ownerId),
    ...equal('revision_digest', filter.revisionDigest),
    ...equal('dataset_digest', filter.datasetDigest),
    ...(filter.repeats ? [] : [sql`repeat_of is null`]),
    filter.visible,
  ];
  return sql.join(parts, sql` and `);
}

export async function countEvaluations(db: Executor, filter: EvaluationFilter): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from assurance_evaluations where ${matching(filter)}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** With `sees_data`: whether the reader may see the side of the data too. */
export async function listEvaluations(
  db: Executor,
  filter: EvaluationFilter,
  page: { after: Cursor | null; limit: number; seesData: RawBuilder<boolean> },
): Promise<(EvaluationRow & { sees_data: boolean })[]> {
  const { after } = page;
  const later = after
    ? sql`and (created_at, id) < (${after.key}::timestamptz, ${after.id})`
    : sql``;
  const { rows } = await sql<EvaluationRow & { sees_data: boolean }>`
    select ${columns}, ${page.seesData} as sees_data
    from assurance_evaluations where ${matching(filter)} ${later}
    order by created_at desc, id desc limit ${page.limit}`.execute(db);
  return rows;
}
