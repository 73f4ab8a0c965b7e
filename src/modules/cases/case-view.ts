import type { Principal } from '#kernel/principal.ts';
import type { CaseView, ObjectionView, SummaryView } from './contract.ts';
import { hasInterest } from './parties-of-case.ts';
import { type ProcedureStep, stepOf } from './procedure.ts';
import type { CaseRow, EventRow, ObjectionRow, StepRow, SummaryRow } from './store.ts';

/** How rows become what readers get. Pure. */

type Names = ReadonlyMap<string, string>;

export function summaryOf(row: SummaryRow, names: Names, now: Date): SummaryView {
  const form = row.procedure_form;
  const step = row.step_name === null ? null : stepOf(form, row.step_name);
  return {
    caseId: row.id,
    procedure: row.procedure,
    procedureTitle: form.title,
    title: row.title,
    subject: { type: row.subject_type, id: row.subject_id },
    link: row.link,
    ownerId: row.owner_id,
    ownerName: names.get(row.owner_id) ?? row.owner_id,
    openedAt: row.opened_at.toISOString(),
    state: row.state,
    outcome: row.outcome,
    closedAt: row.closed_at?.toISOString() ?? null,
    step: row.step_name,
    stepTitle: step?.title ?? null,
    stepId: row.step_id,
    dueAt: row.due_at?.toISOString() ?? null,
    overdue: row.due_at !== null && row.due_at.getTime() <= now.getTime(),
    assignee: row.assignee,
    objectionsOpen: row.objections_open,
    mine: row.mine,
  };
}

export type CaseParts = {
  row: SummaryRow;
  steps: readonly StepRow[];
  objections: readonly ObjectionRow[];
  events: readonly EventRow[];
};

/**
 * The whole case for one reader. Who is no party to it reads the course of a public notice and the own
 * objections, but neither reasons nor comments.
 */
export function detailOf(
  { row, steps, objections, events }: CaseParts,
  reader: { principal: Principal; party: boolean; owner: boolean },
  names: Names,
  now: Date,
): CaseView {
  const shown = reader.party
    ? objections
    : objections.filter(({ raised_by }) => raised_by === reader.principal.id);
  const history = events.filter(({ kind }) => reader.party || publicEvents.has(kind));
  return {
    ...summaryOf(row, names, now),
    openedBy: reader.party ? row.opened_by : null,
    steps: [...steps.map((step) => visited(row, step, reader.party)), ...ahead(row, steps)],
    objections: shown.map(objectionOf),
    history: history.map((event) => ({
      at: event.at.toISOString(),
      actor: reader.party ? event.actor : null,
      kind: event.kind,
      step: event.step,
      text: event.text,
    })),
    actions: actionsOf(row, steps, reader, now),
    names: Object.fromEntries(names),
  };
}

/** The parties whose names a reader needs: all of them, or the owner alone where he is no party. */
export function partiesShown({ row, steps, objections, events }: CaseParts, party: boolean) {
  if (!party) return [row.owner_id];
  const ids = [row.owner_id, row.opened_by, ...events.map(({ actor }) => actor)];
  for (const { decided_by, assignee } of steps) ids.push(decided_by ?? '', assignee ?? '');
  for (const { raised_by, decided_by } of objections) ids.push(raised_by, decided_by ?? '');
  return [...new Set(ids)].filter((id) => id !== '');
}

const publicEvents: ReadonlySet<string> = new Set(['opened', 'step_opened', 'decided', 'closed']);

export function objectionOf(row: ObjectionRow): ObjectionView {
  return {
    objectionId: row.id,
    stepId: row.step_id,
    raisedBy: row.raised_by,
    raisedAt: row.raised_at.toISOString(),
    reason: row.reason,
    state: row.state,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
    decisionReason: row.decision_reason,
  };
}

function visited(row: CaseRow, step: StepRow, party: boolean): CaseView['steps'][number] {
  const form = stepOf(row.procedure_form, step.name);
  return {
    ...declared(form),
    stepId: step.id,
    state: step.state,
    openedAt: step.opened_at.toISOString(),
    dueAt: step.due_at.toISOString(),
    demonstration: step.demonstration,
    decision: step.decision,
    decidedBy: party ? step.decided_by : null,
    decidedAt: step.decided_at?.toISOString() ?? null,
    reason: party ? step.reason : null,
    escalatedAt: step.escalated_at?.toISOString() ?? null,
    assignee: step.assignee,
  };
}

// The steps that the case has yet to come to, from where it stands now.
function ahead(row: CaseRow, steps: readonly StepRow[]): CaseView['steps'] {
  const last = steps.at(-1);
  if (row.state === 'closed' || !last) return [];
  const place = row.procedure_form.steps.findIndex(({ name }) => name === last.name);
  return row.procedure_form.steps.slice(place + 1).map((form) => ({
    ...declared(form),
    stepId: null,
    state: 'waiting',
    openedAt: null,
    dueAt: null,
    demonstration: 'seconds' in (row.deadlines[form.name] ?? form.deadline),
    decision: null,
    decidedBy: null,
    decidedAt: null,
    reason: null,
    escalatedAt: null,
    assignee: null,
  }));
}

function declared(form: ProcedureStep) {
  return {
    name: form.name,
    title: form.title,
    kind: form.kind,
    decisions: form.kind === 'decision' ? form.decisions : [],
  };
}

function actionsOf(
  row: SummaryRow,
  steps: readonly StepRow[],
  reader: { principal: Principal; party: boolean; owner: boolean },
  now: Date,
): CaseView['actions'] {
  const actions: CaseView['actions'] = [];
  const open = steps.find(({ state }) => state === 'open');
  if (open && row.state === 'open') {
    const { recuse } = stepOf(row.procedure_form, open.name);
    const interests = { owner: row.owner_id, interested: row.interested };
    const recused = recuse && hasInterest(reader.principal, interests);
    if (row.mine && !recused && open.kind === 'decision') actions.push('decide');
    if (row.mine) actions.push('assign');
    const running = open.due_at.getTime() > now.getTime();
    if (open.kind === 'notice' && running && reader.principal.kind !== 'stranger') {
      actions.push('object');
    }
    if (reader.owner) actions.push('withdraw');
  }
  if (reader.party) actions.push('comment');
  return actions;
}
