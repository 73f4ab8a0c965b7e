import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { addDeciders, type Engine, record, tell } from './case-record.ts';
import { casesErrors } from './contract.ts';
import { advance } from './engine.ts';
import { hasInterest } from './parties-of-case.ts';
import { type Decision, stepOf } from './procedure.ts';
import * as store from './store.ts';

/**
 * Locks the case of a step and reads both. Throws `kernel.missing` for a step that is none.
 */
export async function lockStep(
  tx: Executor,
  stepId: string,
): Promise<{ row: store.CaseRow; step: store.StepRow }> {
  const found = await store.readStep(tx, stepId);
  if (!found) throw kernelErrors.make.missing({ id: stepId });
  const row = await store.readCase(tx, found.case_id, { lock: true });
  // Read again: what stood before the lock may have changed.
  const step = await store.readStep(tx, stepId);
  if (!row || !step) throw new Error(`the case of ${stepId} is gone`);
  return { row, step };
}

/** Throws `cases.recused` where the step asks for recusal and the caller has an interest in the case. */
export function requireImpartial(row: store.CaseRow, step: store.StepRow, call: Call): void {
  if (!stepOf(row.procedure_form, step.name).recuse) return;
  const interests = { owner: row.owner_id, interested: row.interested };
  if (hasInterest(call.principal, interests)) throw casesErrors.make.recused();
}

/**
 * Decides the step that the caller saw. The same decision with the same reason by the same party again
 * changes nothing; any other decision on a decided step throws `cases.step_decided`.
 */
export async function decideStep(
  input: { stepId: string; decision: Decision; reason: string },
  engine: Engine,
  call: Call,
): Promise<string> {
  return engine.kernel.db.transaction(async (tx) => {
    const { row, step } = await lockStep(tx, input.stepId);
    if (step.state === 'decided') {
      const same =
        step.decision === input.decision &&
        step.reason === input.reason &&
        step.decided_by === call.principal.id;
      if (same) return row.id;
      throw casesErrors.make.step_decided({ decision: step.decision });
    }
    if (step.state !== 'open' || step.kind === 'notice') {
      throw casesErrors.make.step_not_open({ state: step.state });
    }
    const form = stepOf(row.procedure_form, step.name);
    const offered = form.kind === 'decision' ? form.decisions : [];
    if (!offered.includes(input.decision)) {
      throw casesErrors.make.decision_not_offered({ offered: offered.join(', ') });
    }
    requireImpartial(row, step, call);
    await advance(tx, row, step, input, engine, call);
    return row.id;
  });
}

/**
 * Hands the open step to a party, who may then decide it too: just what a recused decider should do. Answers with
 * the case's id.
 */
export async function assignStep(
  input: { stepId: string; partyId: string },
  engine: Engine,
  call: Call,
): Promise<string> {
  return engine.kernel.db.transaction(async (tx) => {
    const { row, step } = await lockStep(tx, input.stepId);
    if (step.state !== 'open') throw casesErrors.make.step_not_open({ state: step.state });
    if (step.assignee === input.partyId) return row.id;
    await store.setAssignee(tx, step.id, input.partyId);
    const ids = { caseId: row.id, stepId: step.id };
    await addDeciders(tx, ids, [input.partyId], engine, call);
    await record(
      tx,
      {
        caseId: row.id,
        actor: call.principal.id,
        kind: 'assigned',
        step: step.name,
        text: input.partyId,
      },
      engine,
    );
    await tell(
      tx,
      row.id,
      [input.partyId],
      {
        kind: 'cases.step_assigned',
        title: { zh: `交给你办理：${row.title.zh}`, en: `Assigned to you: ${row.title.en}` },
        body: { zh: '在时限内作出决定。', en: 'Decide before its deadline.' },
        basis: `${step.id}/assigned`,
      },
      engine,
    );
    return row.id;
  });
}
