import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { addDeciders, type Engine, record, tell } from './case-record.ts';
import { casesErrors } from './contract.ts';
import {
  type Deadline,
  type Decision,
  nextOf,
  type Outcome,
  type ProcedureStep,
  stepOf,
} from './procedure.ts';
import * as store from './store.ts';
import { afterWorkingDays, dayOf, startOfDay } from './working-days.ts';

/** The course of cases. Every function works in the caller's transaction. */

/** What opens a case. */
export type CaseOpening = {
  /** Name of a declared procedure. */
  procedure: string;
  subject: { type: string; id: string };
  title: Words;
  /** Page of the subject in the portal. */
  link: string;
  ownerId: string;
  /** Why it exists; one basis has at most one open case of a procedure. */
  basis: string;
  /** Parties beside the owner who have an interest, for recusal. */
  interested?: readonly string[];
  /** Periods that replace the procedure's, by step. */
  deadlines?: Readonly<Record<string, Deadline>>;
};

/** Opens a case at its first step, or gives the one that is open on the same basis. */
export async function openCase(
  tx: Executor,
  opening: CaseOpening,
  engine: Engine,
  call: Call,
): Promise<string> {
  const { kernel } = engine;
  const procedure = engine.procedures.get(opening.procedure);
  const first = procedure?.steps[0];
  if (!procedure || !first) throw new Error(`no procedure is named ${opening.procedure}`);
  for (const name of Object.keys(opening.deadlines ?? {})) stepOf(procedure, name);
  const existing = await store.findOpenCase(tx, procedure.name, opening.basis);
  if (existing) return existing;
  const caseId = kernel.ids('case');
  const actor = call.principal.id;
  await store.insertCase(tx, {
    id: caseId,
    procedure_form: procedure,
    subject_type: opening.subject.type,
    subject_id: opening.subject.id,
    title: opening.title,
    link: opening.link,
    owner_id: opening.ownerId,
    interested: [...(opening.interested ?? [])],
    deadlines: { ...opening.deadlines },
    opened_by: actor,
    basis: opening.basis,
    opened_at: kernel.clock.now(),
  });
  const resource = { type: 'cases.case', id: caseId, owner: opening.ownerId };
  await kernel.access.register(tx, { ...resource, audience: 'owner' });
  await kernel.facts.append(tx, {
    kind: 'cases.case_opened',
    subject: caseId,
    actor,
    body: {
      caseId,
      procedure: procedure.name,
      subject: { ...opening.subject },
      ownerId: opening.ownerId,
      basis: opening.basis,
    },
  });
  await record(tx, { caseId, actor, kind: 'opened' }, engine);
  const row = await store.readCase(tx, caseId);
  if (!row) throw new Error(`${caseId} was not written`);
  await openStep(tx, row, first, engine, call);
  return caseId;
}

/** Ends the open step with a decision and goes where it leads. The case's row is locked. */
export async function advance(
  tx: Executor,
  row: store.CaseRow,
  step: store.StepRow,
  taken: { decision: Decision; reason: string },
  engine: Engine,
  call: Call,
): Promise<void> {
  const { kernel } = engine;
  const actor = call.principal.id;
  const at = kernel.clock.now();
  const { decision, reason } = taken;
  const reasonDigest = await textDigest(reason);
  await store.recordDecision(tx, {
    stepId: step.id,
    decision,
    by: actor,
    at,
    reason,
    reasonDigest,
  });
  await store.lapseObjections(tx, row.id, at);
  await kernel.facts.append(tx, {
    kind: 'cases.step_decided',
    subject: row.id,
    actor,
    body: { ...factsOf(row), stepId: step.id, step: step.name, decision, reasonDigest },
  });
  const event = {
    caseId: row.id,
    actor,
    kind: 'decided' as const,
    step: step.name,
    text: decision,
  };
  await record(tx, event, engine);
  const next = nextOf(row.procedure_form, step.name, decision);
  if ('step' in next) await openStep(tx, row, next.step, engine, call);
  else await closeCase(tx, row, { outcome: next.outcome, text: next.outcome }, engine, call);
}

/** Withdraws a case; again changes nothing. Throws `cases.case_closed` for one that ended otherwise. */
export async function withdrawCase(
  tx: Executor,
  caseId: string,
  reason: string,
  engine: Engine,
  call: Call,
): Promise<void> {
  const row = await store.readCase(tx, caseId, { lock: true });
  if (!row) throw new Error(`${caseId} is no case`);
  if (row.outcome === 'withdrawn') return;
  if (row.outcome !== null) throw casesErrors.make.case_closed({ outcome: row.outcome });
  await closeCase(tx, row, { outcome: 'withdrawn', text: reason }, engine, call);
}

async function openStep(
  tx: Executor,
  row: store.CaseRow,
  step: ProcedureStep,
  engine: Engine,
  call: Call,
): Promise<void> {
  const { kernel } = engine;
  const actor = call.principal.id;
  const stepId = kernel.ids('step');
  const timing = await timingOf(tx, row.deadlines[step.name] ?? step.deadline, engine);
  const subjects = subjectsOf(step, row.owner_id);
  const { name, kind } = step;
  await store.insertStep(tx, { id: stepId, case_id: row.id, name, kind, ...timing });
  const resource = { type: 'cases.step', id: stepId, owner: row.owner_id };
  await kernel.access.register(tx, { ...resource, audience: 'owner' });
  await addDeciders(tx, { caseId: row.id, stepId }, subjects, engine, call);
  if (kind === 'notice') {
    await kernel.access.setAudience(tx, { type: 'cases.case', id: row.id }, 'public');
  }
  await kernel.facts.append(tx, {
    kind: 'cases.step_opened',
    subject: row.id,
    actor,
    body: {
      ...factsOf(row),
      stepId,
      step: name,
      stepKind: kind,
      dueAt: timing.due_at.toISOString(),
    },
  });
  await record(tx, { caseId: row.id, actor, kind: 'step_opened', step: name }, engine);
  if (kind === 'notice') return;
  const notice = {
    kind: 'cases.step_opened',
    title: { zh: `待办：${row.title.zh}`, en: `To decide: ${row.title.en}` },
    body: {
      zh: `环节“${step.title.zh}”等待决定。`,
      en: `The step "${step.title.en}" waits for a decision.`,
    },
    basis: stepId,
  };
  await tell(tx, row.id, subjects, notice, engine);
}

async function timingOf(tx: Executor, period: Deadline, { kernel }: Engine) {
  const now = kernel.clock.now();
  if ('seconds' in period) {
    const due = new Date(now.getTime() + period.seconds * 1_000);
    return { opened_at: now, due_at: due, demonstration: true, remind_at: null };
  }
  const due = afterWorkingDays(await store.readCalendar(tx), now, period.workingDays);
  const lastDay = startOfDay(dayOf(new Date(due.getTime() - 1)));
  return { opened_at: now, due_at: due, demonstration: false, remind_at: lastDay };
}

async function closeCase(
  tx: Executor,
  row: store.CaseRow,
  end: { outcome: Outcome; text: string },
  engine: Engine,
  call: Call,
): Promise<void> {
  const { kernel } = engine;
  const { outcome, text } = end;
  const at = kernel.clock.now();
  const actor = call.principal.id;
  await store.lapseObjections(tx, row.id, at);
  await store.closeCase(tx, { caseId: row.id, outcome, at });
  await kernel.facts.append(tx, {
    kind: 'cases.case_closed',
    subject: row.id,
    actor,
    body: { ...factsOf(row), outcome, basis: row.basis },
  });
  const kind = outcome === 'withdrawn' ? 'withdrawn' : 'closed';
  await record(tx, { caseId: row.id, actor, kind, text }, engine);
  const result = outcomeWords[outcome];
  const notice = {
    kind: 'cases.case_closed',
    title: { zh: `${result.zh}：${row.title.zh}`, en: `${result.en}: ${row.title.en}` },
    body: {
      zh: `“${row.procedure_form.title.zh}”已办结。`,
      en: `"${row.procedure_form.title.en}" is closed.`,
    },
    basis: `${row.id}/closed`,
  };
  await tell(tx, row.id, [row.owner_id], notice, engine);
}

const outcomeWords: Record<Outcome, Words> = {
  approved: { zh: '已通过', en: 'Approved' },
  returned: { zh: '已退回', en: 'Returned' },
  rejected: { zh: '未通过', en: 'Rejected' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
};

function factsOf(row: store.CaseRow) {
  const subject = { type: row.subject_type, id: row.subject_id };
  return { caseId: row.id, procedure: row.procedure, subject };
}

// Who decides a step, as grants name them.
function subjectsOf(step: ProcedureStep, ownerId: string): string[] {
  const subjects = step.deciders.map((decider) => {
    if ('role' in decider) return `role:${decider.role}`;
    return decider.party === 'owner' ? ownerId : decider.party;
  });
  return [...new Set(subjects)];
}
