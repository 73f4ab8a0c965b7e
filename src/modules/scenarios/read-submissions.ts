import { sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { SubmissionDetailView, SubmissionView } from './contract.ts';
import { callSpec } from './entities.ts';
import type { ScoreBody } from './evaluation-facts.ts';
import { reasonView } from './failure-reasons.ts';
import { type Row, rounded } from './leaderboard.ts';
import type { Uses } from './module-uses.ts';
import { rank } from './record-positions.ts';
import { actsFor } from './scenarios.ts';
import * as store from './store.ts';
import * as submissions from './submission-store.ts';
import { timeCursor } from './time-cursor.ts';

type ListInput = {
  callId?: string | undefined;
  teamId?: string | undefined;
  state?: string | undefined;
  scope: 'mine' | 'all';
  sort: 'newest' | 'oldest';
  cursor?: string | undefined;
  limit: number;
};

/** A page of the submissions that the caller may see: whole the own ones, of others the outcome. */
export async function listSubmissions(input: ListInput, uses: Uses, call: Call) {
  const { kernel } = uses;
  const { principal } = call;
  const permission = 'scenarios.submission.read';
  const own = [principal.id, ...principal.memberships.map((each) => each.organisation)];
  const filter = {
    visible: kernel.access.visible(principal, permission, sql.ref('b.id')),
    callId: input.callId,
    teamId: input.teamId,
    state: input.state,
    owners: input.scope === 'mine' ? own : null,
    sort: input.sort,
  };
  const page = { cursor: timeCursor(input.cursor), limit: input.limit };
  const { rows, total } = await submissions.listSubmissions(kernel.db.read, filter, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.received_at.toISOString(),
    id: row.id,
  }));
  const boards = await boardsOf(items, uses);
  return { items: items.map((row) => viewOf(row, boards, call)), total, nextCursor };
}

type Board = { digits: number; closed: boolean; rows: ReadonlyMap<string, Row> };

// Every call among the rows is ranked once.
async function boardsOf(
  rows: readonly submissions.ScoredRow[],
  { kernel }: Uses,
): Promise<ReadonlyMap<string, Board>> {
  const boards = new Map<string, Board>();
  for (const callId of new Set(rows.map((row) => row.call_id))) {
    const row = await store.readCall(kernel.db.read, callId);
    if (!row) continue;
    const ranked = await rank(kernel.db.read, row);
    const { metric } = callSpec.pick({ metric: true }).parse(row.draft);
    const byId = new Map(ranked.rows.map((each) => [each.submissionId, each]));
    const closed = row.closing_fact_id !== null;
    boards.set(callId, { digits: metric.precision, closed, rows: byId });
  }
  return boards;
}

function viewOf(
  row: submissions.ScoredRow,
  boards: ReadonlyMap<string, Board>,
  call: Call,
): SubmissionView {
  const board = boards.get(row.call_id);
  const score = row.state === 'scored' ? row.score?.score : undefined;
  return {
    submissionId: row.id,
    callId: row.call_id,
    callTitle: row.call_title,
    teamId: row.team_id,
    teamName: row.team_name,
    baseline: row.team_id === null,
    name: mayReadWhole(row, call) ? row.name : null,
    receivedAt: row.received_at.toISOString(),
    revisionDigest: row.revision_digest,
    optionsDigest: row.options_digest,
    state: row.state,
    deadlineAt: row.state === 'evaluating' ? row.deadline_at.toISOString() : null,
    score: score === undefined || !board ? null : rounded(score, board.digits),
    rank: board?.rows.get(row.id)?.rank ?? null,
    reason: reasonView(row.reason),
  };
}

// A baseline is there to be read and varied by everybody.
function mayReadWhole(row: submissions.SubmissionRow, { principal }: Call): boolean {
  return row.team_id === null || actsFor(principal, row.owner_id);
}

/** One submission as the caller may see it. The caller has passed `scenarios.submission.read`. */
export async function readSubmission(
  submissionId: string,
  uses: Uses,
  call: Call,
): Promise<SubmissionDetailView> {
  const { read } = uses.kernel.db;
  const row = await submissions.readScored(read, submissionId);
  if (!row) throw kernelErrors.make.missing({ id: submissionId });
  const boards = await boardsOf([row], uses);
  const board = boards.get(row.call_id);
  const evaluations = await submissions.evaluationsOf(read, submissionId);
  const shown = evaluations.find((each) => each.dataset_kind === 'public');
  const hidden = evaluations.find((each) => each.dataset_kind === 'hidden');
  if (!hidden || !board) throw new Error(`${submissionId} has no evaluation`);
  const whole = mayReadWhole(row, call);
  const { repositoryId, revisionDigest, entry, environment } = row.program;
  const own = actsFor(call.principal, row.owner_id);
  return {
    ...viewOf(row, boards, call),
    own,
    program: whole ? { repositoryId, revisionDigest, entry, environment } : null,
    options: whole ? row.options : null,
    submittedBy: own ? row.submitted_by : null,
    counted: row.counted,
    publicEvaluation: whole && shown ? evaluationView(shown, null) : null,
    hiddenEvaluation: evaluationView(hidden, board),
    duplicateOf: board.rows.get(submissionId)?.duplicateOf ?? null,
    receiptFactId: row.receipt_fact_id,
    actions: whole ? ['receipt', 'vary'] : ['receipt'],
  };
}

// Of hidden data only the rounded score shows while the call is open: counts would tell more of the labels.
function evaluationView(
  row: submissions.EvaluationRow,
  board: Board | null,
): SubmissionDetailView['hiddenEvaluation'] {
  const score: ScoreBody | null = row.state === 'done' ? row.score : null;
  const counts = board === null || board.closed ? score : null;
  const shown = (value: number) => (board === null ? value : rounded(value, board.digits));
  const interval = score?.interval;
  return {
    evaluationId: row.evaluation_id,
    state: row.state,
    finishedAt: row.finished_at?.toISOString() ?? null,
    score: score ? shown(score.score) : null,
    interval: interval ? { low: shown(interval.low), high: shown(interval.high) } : null,
    precision: counts?.precision ?? null,
    recall: counts?.recall ?? null,
    eventsTrue: counts?.eventsTrue ?? null,
    eventsFound: counts?.eventsFound ?? null,
    falseAlarms: counts?.falseAlarms ?? null,
    reason: reasonView(row.reason),
  };
}
