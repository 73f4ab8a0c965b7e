import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { casesErrors } from './contract.ts';
import {
  type Deadline,
  type Decision,
  nextOf,
  type Outcome,
  type Procedure,
  type ProcedureStep,
  stepOf,
} from './procedure.ts';
import * as store from './store.ts';
import { afterWorkingDays, dayOf, startOfDay } from './working-days.ts';

/** Whom a notice goes to: a party, or everybody with a role on the platform. */
export type NoticeTarget = string | { role: string };

/** How a case tells people something; `notices.send` of the module notices. */
export type Notify = (
  tx: Executor,
  notice: {
    to: NoticeTarget;
    kind: string;
    title: Words;
    body: Words;
    link: string;
    basis: string;
  },
) => Promise<unknown>;

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

export type Engine = ReturnType<typeof createEngine>;

/** The course of cases: opening, stepping, closing. Every function works in the caller's transaction. */
export function createEngine(
  options: { procedures: readonly Procedure[] },
  uses: { kernel: Kernel; notify: Notify; wake: () => void },
) {
  const { kernel, notify } = uses;
  const byName = new Map(options.procedures.map((procedure) => [procedure.name, procedure]));

  /** Tells open pages, and the clock, once the change is durable. */
  function announce(tx: Executor, caseId: string): void {
    kernel.db.afterCommit(tx, () => {
      kernel.live.publish(`cases.case/${caseId}`);
      kernel.live.publish('cases.case');
      uses.wake();
    });
  }

  async function record(
    tx: Executor,
    event: { caseId: string; actor: string; kind: string; step?: string; text?: string },
  ): Promise<void> {
    await store.insertEvent(tx, {
      id: kernel.ids('event'),
      case_id: event.caseId,
      at: kernel.clock.now(),
      actor: event.actor,
      kind: event.kind,
      step: event.step ?? null,
      text: event.text ?? null,
    });
    announce(tx, event.caseId);
  }

  async function tell(
    tx: Executor,
    row: store.CaseRow,
    to: readonly string[],
    notice: { kind: string; title: Words; body: Words; basis: string },
  ): Promise<void> {
    for (const subject of to) {
      const role = subject.startsWith('role:') ? subject.slice('role:'.length) : null;
      await notify(tx, {
        ...notice,
        to: role === null ? subject : { role },
        link: `/cases/${row.id}`,
        basis: `${notice.basis}/${subject}`,
      });
    }
  }

  async function addDeciders(
    tx: Executor,
    step: { caseId: string; stepId: string },
    subjects: readonly string[],
    call: Call,
  ): Promise<void> {
    for (const subject of subjects) {
      await store.addDecider(tx, step.stepId, subject);
      const basis = step.caseId;
      const read = { type: 'cases.case', id: step.caseId };
      const decide = { type: 'cases.step', id: step.stepId };
      await kernel.access.grant(
        tx,
        { subject, action: 'cases.case.read', resource: read, basis },
        call,
      );
      await kernel.access.grant(
        tx,
        { subject, action: 'cases.step.decide', resource: decide, basis },
        call,
      );
    }
  }

  async function openStep(
    tx: Executor,
    row: store.CaseRow,
    step: ProcedureStep,
    call: Call,
  ): Promise<void> {
    const now = kernel.clock.now();
    const stepId = kernel.ids('step');
    const period = row.deadlines[step.name] ?? step.deadline;
    const timing = await timingOf(tx, period, now);
    await store.insertStep(tx, {
      id: stepId,
      case_id: row.id,
      name: step.name,
      kind: step.kind,
      opened_at: now,
      ...timing,
    });
    await kernel.access.register(tx, {
      type: 'cases.step',
      id: stepId,
      owner: row.owner_id,
      audience: 'owner',
    });
    const subjects = subjectsOf(step, row.owner_id);
    await addDeciders(tx, { caseId: row.id, stepId }, subjects, call);
    if (step.kind === 'notice') {
      await kernel.access.setAudience(tx, { type: 'cases.case', id: row.id }, 'public');
    }
    await kernel.facts.append(tx, {
      kind: 'cases.step_opened',
      subject: row.id,
      actor: call.principal.id,
      body: {
        caseId: row.id,
        stepId,
        procedure: row.procedure,
        subject: { type: row.subject_type, id: row.subject_id },
        step: step.name,
        stepKind: step.kind,
        dueAt: timing.due_at.toISOString(),
      },
    });
    await record(tx, { caseId: row.id, actor: call.principal.id, kind: 'step_opened', step: step.name });
    if (step.kind === 'decision') {
      await tell(tx, row, subjects, {
        kind: 'cases.step_opened',
        title: { zh: `待办：${row.title.zh}`, en: `To decide: ${row.title.en}` },
        body: {
          zh: `环节“${step.title.zh}”等待决定。`,
          en: `The step "${step.title.en}" waits for a decision.`,
        },
        basis: stepId,
      });
    }
  }

  async function timingOf(tx: Executor, period: Deadline, now: Date) {
    if ('seconds' in period) {
      const due = new Date(now.getTime() + period.seconds * 1_000);
      return { due_at: due, demonstration: true, remind_at: null };
    }
    const calendar = await store.readCalendar(tx);
    const due = afterWorkingDays(calendar, now, period.workingDays);
    // A reminder at the start of the last day, unless the step was opened that late.
    const lastDay = startOfDay(dayOf(new Date(due.getTime() - 1)));
    const remind = lastDay.getTime() > now.getTime() ? lastDay : null;
    return { due_at: due, demonstration: false, remind_at: remind };
  }

  async function close(
    tx: Executor,
    row: store.CaseRow,
    outcome: Outcome,
    call: Call,
    text?: string,
  ): Promise<void> {
    await store.closeCase(tx, { caseId: row.id, outcome, at: kernel.clock.now() });
    await kernel.facts.append(tx, {
      kind: 'cases.case_closed',
      subject: row.id,
      actor: call.principal.id,
      body: {
        caseId: row.id,
        procedure: row.procedure,
        subject: { type: row.subject_type, id: row.subject_id },
        outcome,
        basis: row.basis,
      },
    });
    await record(tx, {
      caseId: row.id,
      actor: call.principal.id,
      kind: outcome === 'withdrawn' ? 'withdrawn' : 'closed',
      text: text ?? outcome,
    });
    const result = outcomeWords[outcome];
    await tell(tx, row, [row.owner_id], {
      kind: 'cases.case_closed',
      title: { zh: `${result.zh}：${row.title.zh}`, en: `${result.en}: ${row.title.en}` },
      body: {
        zh: `${row.procedure_form.title.zh}已办结。`,
        en: `${row.procedure_form.title.en} is closed.`,
      },
      basis: `${row.id}/closed`,
    });
  }

  return {
    announce,
    record,
    tell,
    addDeciders,

    /** Opens a case, or gives the one that is open on the same basis. */
    async open(tx: Executor, opening: CaseOpening, call: Call): Promise<string> {
      const procedure = byName.get(opening.procedure);
      if (!procedure) throw new Error(`no procedure is named ${opening.procedure}`);
      for (const name of Object.keys(opening.deadlines ?? {})) stepOf(procedure, name);
      const existing = await store.findOpenCase(tx, procedure.name, opening.basis);
      if (existing) return existing;
      const row: store.CaseRow = {
        id: kernel.ids('case'),
        procedure: procedure.name,
        procedure_form: procedure,
        subject_type: opening.subject.type,
        subject_id: opening.subject.id,
        title: opening.title,
        link: opening.link,
        owner_id: opening.ownerId,
        interested: [...(opening.interested ?? [])],
        deadlines: { ...opening.deadlines },
        opened_by: call.principal.id,
        basis: opening.basis,
        opened_at: kernel.clock.now(),
        state: 'open',
        outcome: null,
        closed_at: null,
        step_id: null,
      };
      await store.insertCase(tx, row);
      await kernel.access.register(tx, {
        type: 'cases.case',
        id: row.id,
        owner: row.owner_id,
        audience: 'owner',
      });
      await kernel.facts.append(tx, {
        kind: 'cases.case_opened',
        subject: row.id,
        actor: call.principal.id,
        body: {
          caseId: row.id,
          procedure: row.procedure,
          subject: { ...opening.subject },
          ownerId: row.owner_id,
          basis: row.basis,
        },
      });
      await record(tx, { caseId: row.id, actor: call.principal.id, kind: 'opened' });
      const [first] = procedure.steps;
      if (!first) throw new Error(`${procedure.name} has no steps`);
      await openStep(tx, row, first, call);
      return row.id;
    },

    /** Ends the open step with a decision and goes where it leads. The case's row is locked. */
    async advance(
      tx: Executor,
      row: store.CaseRow,
      step: store.StepRow,
      taken: { decision: Decision; reason: string },
      call: Call,
    ): Promise<void> {
      const reasonDigest = await textDigest(taken.reason);
      const by = call.principal.id;
      await store.recordDecision(tx, {
        stepId: step.id,
        decision: taken.decision,
        by,
        at: kernel.clock.now(),
        reason: taken.reason,
        reasonDigest,
      });
      await kernel.facts.append(tx, {
        kind: 'cases.step_decided',
        subject: row.id,
        actor: by,
        body: {
          caseId: row.id,
          stepId: step.id,
          procedure: row.procedure,
          subject: { type: row.subject_type, id: row.subject_id },
          step: step.name,
          decision: taken.decision,
          reasonDigest,
        },
      });
      await record(tx, {
        caseId: row.id,
        actor: by,
        kind: 'decided',
        step: step.name,
        text: taken.decision,
      });
      const next = nextOf(row.procedure_form, step.name, taken.decision);
      if ('step' in next) await openStep(tx, row, next.step, call);
      else await close(tx, row, next.outcome, call);
    },

    /** Withdraws a case; throws `cases.case_closed` for one that has ended. */
    async withdraw(tx: Executor, caseId: string, reason: string, call: Call): Promise<void> {
      const row = await store.readCase(tx, caseId, { lock: true });
      if (!row) throw new Error(`${caseId} is no case`);
      if (row.outcome !== null) {
        if (row.outcome === 'withdrawn') return;
        throw casesErrors.make.case_closed({ outcome: row.outcome });
      }
      await close(tx, row, 'withdrawn', call, reason);
    },
  };
}

const outcomeWords: Record<Outcome, Words> = {
  approved: { zh: '已通过', en: 'Approved' },
  returned: { zh: '已退回', en: 'Returned' },
  rejected: { zh: '未通过', en: 'Rejected' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
};

/** Who decides a step, as grants name them. */
export function subjectsOf(step: ProcedureStep, ownerId: string): string[] {
  const subjects = step.deciders.map((decider) =>
    'role' in decider
      ? `role:${decider.role}`
      : decider.party === 'owner'
        ? ownerId
        : decider.party,
  );
  return [...new Set(subjects)];
}
