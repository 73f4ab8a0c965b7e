import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { dayAfter, dayOf, startOfDay } from '#modules/cases';
import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';
import { callSpec } from './entities.ts';
import { scenariosErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import type { Program } from './program-entry.ts';
import type { CallRow, TeamRow } from './store.ts';
import * as submissions from './submission-store.ts';

/** What is handed in; everything about it has been looked up. */
export type HandedIn = {
  name: Words;
  program: Program;
  options: Record<string, Json>;
  idempotencyKey: string | null;
};

const SECOND_MS = 1_000;

/**
 * Takes a submission in and begins its two evaluations, all in one transaction: a receipt exists if and only if
 * the work does. The call's row is locked. The same key again gives the same submission. Throws
 * `scenarios.call_state`, `scenarios.attempts_day`, `scenarios.attempts_all`, `scenarios.key_reused`.
 */
export async function receiveSubmission(
  tx: Executor,
  row: CallRow,
  team: TeamRow | null,
  handed: HandedIn,
  uses: Uses,
  call: Call,
): Promise<string> {
  const optionsDigest = await textDigest(canonicalJson(handed.options));
  const submitter = team?.id ?? row.owner_id;
  if (handed.idempotencyKey !== null) {
    const by = { callId: row.id, submitter, key: handed.idempotencyKey };
    const before = await submissions.findByKey(tx, by);
    if (before) return sameOrThrow(before, handed, optionsDigest);
  }
  const now = uses.kernel.clock.now();
  const overdue = row.closes_at !== null && row.closes_at.getTime() <= now.getTime();
  if (row.state !== 'open' || overdue) {
    throw scenariosErrors.make.call_state({ state: overdue ? 'closed' : row.state });
  }
  if (team) await requireAttempts(tx, row, team, now);
  return write(tx, { row, team, handed, optionsDigest, now }, uses, call);
}

function sameOrThrow(
  before: submissions.SubmissionRow,
  { program, idempotencyKey }: HandedIn,
  optionsDigest: string,
): string {
  const same =
    before.revision_digest === program.revisionDigest &&
    before.program.entry === program.entry &&
    before.options_digest === optionsDigest;
  if (same) return before.id;
  throw scenariosErrors.make.key_reused({ key: idempotencyKey });
}

/** The attempts of a team that are left, today (in Shanghai) and in all. */
export async function attemptsLeft(tx: Executor, row: CallRow, teamId: string, now: Date) {
  const { limits } = callSpec.pick({ limits: true }).parse(row.draft);
  const used = await submissions.countAttempts(tx, teamId, startOfDay(dayOf(now)));
  const leftInAll = Math.max(0, limits.submissionsPerTeamMax - used.inAll);
  const leftToday = Math.max(0, limits.submissionsPerTeamPerDay - used.today);
  return { limits, leftInAll, leftToday: Math.min(leftToday, leftInAll) };
}

async function requireAttempts(
  tx: Executor,
  row: CallRow,
  team: TeamRow,
  now: Date,
): Promise<void> {
  const { limits, leftInAll, leftToday } = await attemptsLeft(tx, row, team.id, now);
  if (leftInAll === 0) {
    throw scenariosErrors.make.attempts_all({ limit: limits.submissionsPerTeamMax });
  }
  if (leftToday === 0) {
    const resetsAt = startOfDay(dayAfter(dayOf(now))).toISOString();
    const limit = limits.submissionsPerTeamPerDay;
    throw scenariosErrors.make.attempts_day({ limit, resetsAt });
  }
}

type Writing = {
  row: CallRow;
  team: TeamRow | null;
  handed: HandedIn;
  optionsDigest: string;
  now: Date;
};

async function write(
  tx: Executor,
  { row, team, handed, optionsDigest, now }: Writing,
  uses: Uses,
  call: Call,
): Promise<string> {
  const { kernel } = uses;
  const { limits } = callSpec.pick({ limits: true }).parse(row.draft);
  const submissionId = kernel.ids('submission');
  const { revisionDigest } = handed.program;
  const receipt = await kernel.facts.append(tx, {
    kind: 'scenarios.submission_received',
    subject: submissionId,
    actor: call.principal.id,
    body: {
      submissionId,
      callId: row.id,
      teamId: team?.id ?? null,
      baseline: team === null,
      revisionDigest,
      optionsDigest,
    },
  });
  // Two evaluations of two jobs each, and the time that they may wait for their turn.
  const secondsMax =
    uses.options.SCENARIOS_EVALUATION_MINUTES_MAX * 60 + limits.job.wallSeconds * 4;
  const ownerId = team?.organisation_id ?? row.owner_id;
  await submissions.insertSubmission(tx, {
    id: submissionId,
    call_id: row.id,
    team_id: team?.id ?? null,
    owner_id: ownerId,
    name: handed.name,
    submitted_by: call.principal.id,
    received_at: now,
    program: handed.program,
    revision_digest: revisionDigest,
    options: handed.options,
    options_digest: optionsDigest,
    idempotency_key: handed.idempotencyKey,
    state: 'evaluating',
    state_at: now,
    deadline_at: new Date(now.getTime() + secondsMax * SECOND_MS),
    reason: null,
    counted: team !== null,
    receipt_fact_id: receipt.id,
  });
  await letRead(tx, row, { submissionId, ownerId, baseline: team === null }, uses, call);
  await evaluateBoth(tx, row, { submissionId, ownerId, handed }, uses, call);
  announce(tx, row.id, submissionId, uses);
  return submissionId;
}

// A baseline is there for everybody; of a team's submission the call's owner sees the outcome.
async function letRead(
  tx: Executor,
  row: CallRow,
  { submissionId, ownerId, baseline }: { submissionId: string; ownerId: string; baseline: boolean },
  { kernel }: Uses,
  call: Call,
): Promise<void> {
  const resource = { type: 'scenarios.submission', id: submissionId };
  const audience = baseline ? 'public' : 'owner';
  await kernel.access.register(tx, { ...resource, owner: ownerId, audience });
  if (baseline) return;
  const action = 'scenarios.submission.read';
  const terms = { subject: row.owner_id, action, resource, basis: row.id };
  await kernel.access.grant(tx, terms, call);
}

async function evaluateBoth(
  tx: Executor,
  row: CallRow,
  given: { submissionId: string; ownerId: string; handed: HandedIn },
  { assurance }: Uses,
  call: Call,
): Promise<void> {
  const spec = callSpec.parse(row.draft);
  const { frozen } = row;
  if (!frozen) throw new Error(`${row.id} is open and was never frozen`);
  for (const datasetKind of ['public', 'hidden'] as const) {
    const data = datasetKind === 'public' ? frozen.publicData : frozen.hiddenData;
    const evaluationId = await assurance.evaluate(
      tx,
      {
        basis: given.submissionId,
        ownerId: given.ownerId,
        dataOwnerId: row.owner_id,
        program: given.handed.program,
        options: given.handed.options,
        features: data.featuresDigest,
        labels: data.labelsDigest,
        scorer: frozen.scorer,
        scorerOptions: spec.scorerOptions,
        datasetDigest: data.revisionDigest,
        datasetKind,
        limits: spec.limits.job,
        scorePointer: '/score',
        precision: spec.metric.precision,
      },
      call,
    );
    const { submissionId } = given;
    await submissions.insertEvaluation(tx, {
      evaluation_id: evaluationId,
      submission_id: submissionId,
      dataset_kind: datasetKind,
    });
  }
}

/** Tells open pages of a submission, its call and the home page to read again; wakes the clock. */
export function announce(
  tx: Executor,
  callId: string,
  submissionId: string | null,
  { kernel, wake }: Uses,
): void {
  kernel.db.afterCommit(tx, () => {
    if (submissionId) kernel.live.publish(`scenarios.submission/${submissionId}`);
    kernel.live.publish(`scenarios.call/${callId}`);
    kernel.live.publish('scenarios.call');
    kernel.live.publish('home');
    wake();
  });
}
