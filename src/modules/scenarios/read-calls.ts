import { type RawBuilder, sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { isFinal, isPublished } from './call-state.ts';
import type { CallDetailView, CallSummaryView } from './contract.ts';
import type { Uses } from './module-uses.ts';
import { attemptsLeft } from './receive-submission.ts';
import { actsFor } from './scenarios.ts';
import * as store from './store.ts';
import * as submissions from './submission-store.ts';
import { teamView } from './teams.ts';
import { timeCursor } from './time-cursor.ts';

const none = { zh: '', en: '' };

export async function listCalls(
  input: Omit<store.CallFilter, 'visible' | 'callId'> & {
    cursor?: string | undefined;
    limit: number;
  },
  uses: Uses,
  call: Call,
) {
  const { kernel } = uses;
  const visible = kernel.access.visible(call.principal, 'scenarios.call.read', sql.ref('c.id'));
  const page = { cursor: timeCursor(input.cursor), limit: input.limit };
  const { rows, total } = await store.listCalls(kernel.db.read, { ...input, visible }, page);
  const place = (row: store.ListedCall) => store.placeOfCall(row, input.sort);
  const { items, nextCursor } = toPage(rows, input.limit, place);
  const names = await uses.partyNames(items.map((row) => row.owner_id));
  return { items: items.map((row) => summaryOf(row, names)), total, nextCursor };
}

function summaryOf(row: store.ListedCall, names: ReadonlyMap<string, string>): CallSummaryView {
  return {
    callId: row.id,
    scenarioId: row.scenario_id,
    scenarioTitle: row.scenario_title,
    ownerId: row.owner_id,
    ownerName: names.get(row.owner_id) ?? row.owner_id,
    kind: 'benchmark',
    title: row.draft.title ?? row.scenario_title,
    sector: row.sector,
    district: row.district,
    state: row.state,
    stateAt: row.state_at.toISOString(),
    opensAt: row.opened_at?.toISOString() ?? row.draft.opensAt ?? null,
    closesAt: row.closed_at?.toISOString() ?? row.draft.closesAt ?? null,
    simulated: row.draft.simulated ?? null,
    teams: row.teams,
    submissions: row.submissions,
  };
}

const everything: RawBuilder<boolean> = sql<boolean>`true`;

/** One call with its counts, whoever asks; undefined where there is none. */
export async function findListed(
  callId: string,
  { kernel }: Uses,
): Promise<store.ListedCall | undefined> {
  const filter = { visible: everything, callId, sort: 'newest' as const };
  const page = { cursor: null, limit: 1 };
  const { rows } = await store.listCalls(kernel.db.read, filter, page);
  return rows[0];
}

/** One call as the caller may see it. The caller has passed `scenarios.call.read`. */
export async function readCall(callId: string, uses: Uses, call: Call): Promise<CallDetailView> {
  const row = await findListed(callId, uses);
  if (!row) throw kernelErrors.make.missing({ id: callId });
  const names = await uses.partyNames([row.owner_id]);
  const mine = await ownTeams(row, uses, call);
  const { principal } = call;
  const owner = actsFor(principal, row.owner_id);
  const operator = principal.roles.includes('operator');
  return {
    ...summaryOf(row, names),
    ...termsOf(row),
    draft: owner || operator ? row.draft : null,
    openedAt: row.opened_at?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    evaluating: row.evaluating,
    scored: row.scored,
    failed: row.failed,
    publishCaseId: owner || operator ? row.publish_case_id : null,
    awardCaseId: row.award_case_id,
    stepDueAt: row.step_due_at?.toISOString() ?? null,
    award: await awardOf(row, uses),
    stopReason: row.stop_reason,
    evidence: row.closing_fact_id !== null,
    mine,
    version: row.version,
    actions: actionsOf(row, { call, owner, operator, mine }, uses.kernel.clock.now()),
  };
}

// What the call says, and of what it refers to that which everybody may know: of hidden data the digests.
function termsOf(row: store.CallRow) {
  const { draft, frozen } = row;
  const hidden = frozen?.hiddenData;
  const publicData = frozen && draft.publicData;
  return {
    page: draft.page ?? none,
    rules: draft.rules ?? none,
    metric: draft.metric ?? null,
    counts: draft.counts ?? null,
    limits: draft.limits ?? null,
    notice: draft.notice ?? null,
    publicData: publicData
      ? {
          ...publicData,
          featuresDigest: frozen.publicData.featuresDigest,
          labelsDigest: frozen.publicData.labelsDigest,
        }
      : null,
    hiddenData: hidden
      ? {
          revisionDigest: hidden.revisionDigest,
          featuresDigest: hidden.featuresDigest,
          labelsDigest: hidden.labelsDigest,
        }
      : null,
    scorer: draft.scorer ?? null,
    scorerOptions: draft.scorerOptions ?? null,
    frozenDigest: row.frozen_digest,
  };
}

async function ownTeams(
  row: store.CallRow,
  { kernel }: Uses,
  { principal }: Call,
): Promise<CallDetailView['mine']> {
  if (!isPublished(row.state) || principal.kind === 'stranger') return [];
  const organisations = [principal.id, ...principal.memberships.map((each) => each.organisation)];
  const now = kernel.clock.now();
  const mine = [];
  for (const team of await store.teamsOf(kernel.db.read, row.id, organisations)) {
    const { leftToday, leftInAll } = await attemptsLeft(kernel.db.read, row, team.id, now);
    mine.push({ ...teamView(team), leftToday, leftInAll });
  }
  return mine;
}

async function awardOf(row: store.CallRow, { kernel }: Uses): Promise<CallDetailView['award']> {
  if (!row.awarded_submission_id || !row.awarded_at) return null;
  const winner = await submissions.readScored(kernel.db.read, row.awarded_submission_id);
  if (!winner?.team_id) return null;
  return {
    submissionId: winner.id,
    teamId: winner.team_id,
    teamName: winner.team_name ?? '',
    awardedAt: row.awarded_at.toISOString(),
    certificateId: row.certificate_id,
  };
}

function actionsOf(
  row: store.CallRow,
  reader: { call: Call; owner: boolean; operator: boolean; mine: CallDetailView['mine'] },
  now: Date,
): CallDetailView['actions'] {
  const actions: CallDetailView['actions'] = [];
  const { owner, mine } = reader;
  const { principal } = reader.call;
  if (owner && row.state === 'draft') actions.push('edit', 'publish');
  const running = row.closes_at !== null && row.closes_at.getTime() > now.getTime();
  if (row.state === 'open' && running && principal.kind !== 'stranger') {
    if (mine.some((team) => team.leftToday > 0)) actions.push('submit');
    const outside = principal.memberships.filter((each) => each.organisation !== row.owner_id);
    if (mine.length < outside.length) actions.push('join');
    if (outside.length > 0) actions.push('vary');
  }
  if (owner && row.state === 'open') actions.push('close');
  if ((owner || reader.operator) && !isFinal(row.state)) actions.push('stop');
  return actions;
}
