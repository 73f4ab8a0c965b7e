import * as z from 'zod';
import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Fact } from '#kernel/facts.ts';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import { moveCall, openIfDue, stopCall } from './call-course.ts';
import { type CallEvent, isFinal } from './call-state.ts';
import { callSpec } from './entities.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import * as submissions from './submission-store.ts';

const stepOpened = z.object({
  procedure: z.string(),
  subject: z.object({ id: z.string() }),
  stepId: z.string(),
  step: z.string(),
  dueAt: z.iso.datetime(),
});
const caseClosed = z.object({
  caseId: z.string(),
  procedure: z.string(),
  subject: z.object({ id: z.string() }),
  outcome: z.enum(['approved', 'returned', 'rejected', 'withdrawn']),
});

const events: Readonly<Record<string, CallEvent>> = {
  review: 'review',
  notice: 'notice',
  award: 'decision',
};

const REFUSED = '运营方未同意发布。 The operator did not approve its publication.';
const NOT_AWARDED = '评审未通过，本次揭榜不授予中榜。 The review ended without an award.';

/** Moves calls as their cases move: publication on one hand, review, notice and award on the other. */
export function caseSubscription(uses: Uses): Subscription {
  return {
    name: 'scenarios.cases',
    kinds: ['cases.step_opened', 'cases.case_closed'],
    async handle(fact, tx) {
      const call = serviceCall('scenarios', new AbortController().signal);
      if (fact.kind === 'cases.step_opened') await followStep(tx, fact, uses);
      else await followEnd(tx, fact, uses, call);
    },
  };
}

async function followStep(tx: Executor, fact: Fact, uses: Uses): Promise<void> {
  const { procedure, subject, stepId, step, dueAt } = stepOpened.parse(fact.body);
  if (!procedure.startsWith('scenarios.')) return;
  const row = await store.readCall(tx, subject.id, { lock: true });
  // Identifiers of steps grow with time: an earlier one comes only when the ledger is read again.
  if (!row || (row.case_step_id !== null && stepId <= row.case_step_id)) return;
  const change = { step_due_at: new Date(dueAt), case_step_id: stepId };
  const event = procedure === 'scenarios.award' ? events[step] : undefined;
  const moved = event ? await moveCall(tx, row, event, change, uses) : null;
  if (!moved) await store.updateCall(tx, row.id, change);
}

async function followEnd(tx: Executor, fact: Fact, uses: Uses, call: Call): Promise<void> {
  const { caseId, procedure, subject, outcome } = caseClosed.parse(fact.body);
  if (!procedure.startsWith('scenarios.')) return;
  const row = await store.readCall(tx, subject.id, { lock: true });
  // A call that has moved on heeds no case of its past.
  if (row?.state === 'approval' && row.publish_case_id === caseId) {
    await followPublication(tx, row, outcome, uses, call);
  } else if (row && !isFinal(row.state) && row.award_case_id === caseId) {
    if (outcome === 'approved') await award(tx, row, caseId, uses, call);
    else await stopCall(tx, row, NOT_AWARDED, uses, call);
  }
}

async function followPublication(
  tx: Executor,
  row: store.CallRow,
  outcome: z.infer<typeof caseClosed>['outcome'],
  uses: Uses,
  call: Call,
): Promise<void> {
  if (outcome === 'rejected') return stopCall(tx, row, REFUSED, uses, call);
  const now = uses.kernel.clock.now();
  const late = row.closes_at !== null && row.closes_at.getTime() <= now.getTime();
  if (outcome !== 'approved' || late) {
    const change = { frozen: null, frozen_digest: null, step_due_at: null };
    await moveCall(tx, row, 'return', change, uses);
    return;
  }
  const scheduled = await moveCall(tx, row, 'approve', { step_due_at: null }, uses);
  if (scheduled) await openIfDue(tx, scheduled, uses, call);
}

async function award(
  tx: Executor,
  row: store.CallRow,
  caseId: string,
  uses: Uses,
  call: Call,
): Promise<void> {
  const winner = row.proposed_submission_id
    ? await submissions.readScored(tx, row.proposed_submission_id)
    : undefined;
  if (!winner?.team_id || !winner.score_fact_id) throw new Error(`${row.id} has nobody to award`);
  const change = {
    awarded_submission_id: winner.id,
    awarded_at: uses.kernel.clock.now(),
    step_due_at: null,
  };
  if (!(await moveCall(tx, row, 'award', change, uses))) return;
  await uses.kernel.facts.append(tx, {
    kind: 'scenarios.awarded',
    subject: row.id,
    actor: call.principal.id,
    body: {
      callId: row.id,
      submissionId: winner.id,
      teamId: winner.team_id,
      caseId,
      scoreFactId: winner.score_fact_id,
    },
  });
  const { title } = callSpec.pick({ title: true }).parse(row.draft);
  await uses.notify(tx, {
    to: winner.owner_id,
    kind: 'scenarios.awarded',
    title: { zh: `中榜：${title.zh}`, en: `Awarded: ${title.en}` },
    body: {
      zh: `团队“${winner.team_name}”中榜，证书随后签发。`,
      en: `The team "${winner.team_name}" has won; its certificate follows.`,
    },
    link: `/scenarios/calls/${row.id}`,
    basis: `${row.id}/awarded`,
  });
}

/** Has the certificate of a winner issued, once the award is in the ledger. */
export function certificateSubscription(uses: Uses): Subscription {
  return {
    name: 'scenarios.certificates',
    kinds: ['scenarios.awarded'],
    async handle(fact, tx) {
      const { callId } = z.object({ callId: z.string() }).parse(fact.body);
      const row = await store.readCall(tx, callId, { lock: true });
      if (!row?.awarded_submission_id || row.certificate_id) return;
      const call = serviceCall('scenarios', new AbortController().signal);
      await certify(tx, row, row.awarded_submission_id, uses, call);
    },
  };
}

// What the certificate does not say.
function limitsOf(simulated: Words | null): Words {
  const zh = '得分只说明这一版本在这一测试集上的表现。';
  const en = 'The score says how this revision did on this data, and nothing beyond.';
  if (!simulated) return { zh, en };
  return { zh: `${simulated.zh}。${zh}`, en: `${simulated.en}. ${en}` };
}

async function certify(
  tx: Executor,
  row: store.CallRow,
  submissionId: string,
  uses: Uses,
  call: Call,
): Promise<void> {
  const winner = await submissions.readScored(tx, submissionId);
  const evaluations = await submissions.evaluationsOf(tx, submissionId);
  const hidden = evaluations.find((each) => each.dataset_kind === 'hidden');
  if (!winner || !hidden) throw new Error(`${submissionId} was not evaluated`);
  const { title, simulated } = callSpec.parse(row.draft);
  const names = await uses.partyNames([winner.owner_id], tx);
  const certificate_id = await uses.assurance.issueCertificate(
    tx,
    {
      evaluationId: hidden.evaluation_id,
      title: {
        zh: `${title.zh} · ${winner.team_name} · ${winner.name.zh}`,
        en: `${title.en} · ${winner.team_name} · ${winner.name.en}`,
      },
      scope: title,
      limits: limitsOf(simulated),
      holderId: winner.owner_id,
      holderName: names.get(winner.owner_id) ?? winner.team_name ?? winner.owner_id,
      validDays: uses.options.SCENARIOS_CERTIFICATE_DAYS,
      basis: row.id,
    },
    call,
  );
  const certified_at = uses.kernel.clock.now();
  await store.updateCall(tx, row.id, { certificate_id, certified_at });
  uses.kernel.db.afterCommit(tx, () => {
    uses.kernel.live.publish(`scenarios.call/${row.id}`);
    uses.kernel.live.publish('home');
  });
}
