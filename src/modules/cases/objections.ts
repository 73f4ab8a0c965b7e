import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { type Engine, record, tell } from './case-record.ts';
import { casesErrors } from './contract.ts';
import { lockStep, requireImpartial } from './decide-step.ts';
import { advance } from './engine.ts';
import * as store from './store.ts';

const PASSED = '公示期满，没有未决异议。 The notice period has ended with no undecided objection.';

/**
 * Lets a notice pass whose clock has run out and whose objections are all decided. True if it did. The
 * case's row is locked.
 */
export async function passNotice(
  tx: Executor,
  row: store.CaseRow,
  step: store.StepRow,
  engine: Engine,
  call: Call,
): Promise<boolean> {
  if (step.due_at.getTime() > engine.kernel.clock.now().getTime()) return false;
  const objections = await store.readObjections(tx, row.id);
  if (objections.some(({ state, step_id }) => state === 'open' && step_id === step.id))
    return false;
  await advance(tx, row, step, { decision: 'approve', reason: PASSED }, engine, call);
  return true;
}

/** Raises an objection; the same text by the same party again gives the one that stands. */
export async function raiseObjection(
  options: { openMax: number },
  input: { stepId: string; reason: string },
  engine: Engine,
  call: Call,
): Promise<store.ObjectionRow> {
  const { kernel } = engine;
  const by = call.principal.id;
  return kernel.db.transaction(async (tx) => {
    const { row, step } = await lockStep(tx, input.stepId);
    const now = kernel.clock.now();
    const objections = await store.readObjections(tx, row.id);
    const own = objections.filter(({ raised_by, state }) => raised_by === by && state === 'open');
    const same = own.find(({ reason, step_id }) => reason === input.reason && step_id === step.id);
    if (same) return same;
    const running = step.state === 'open' && step.due_at.getTime() > now.getTime();
    if (step.kind !== 'notice' || !running) {
      throw casesErrors.make.step_not_open({ state: step.state });
    }
    if (own.length >= options.openMax) {
      throw casesErrors.make.objections_limit({ limit: options.openMax });
    }
    const objectionId = kernel.ids('objection');
    await store.insertObjection(tx, {
      id: objectionId,
      case_id: row.id,
      step_id: step.id,
      raised_by: by,
      raised_at: now,
      reason: input.reason,
    });
    await kernel.facts.append(tx, {
      kind: 'cases.objection_raised',
      subject: row.id,
      actor: by,
      body: {
        caseId: row.id,
        stepId: step.id,
        objectionId,
        reasonDigest: await textDigest(input.reason),
      },
    });
    await record(tx, { caseId: row.id, actor: by, kind: 'objected', step: step.name }, engine);
    await tell(
      tx,
      row.id,
      await store.decidersOf(tx, step.id),
      {
        kind: 'cases.objection_raised',
        title: { zh: `收到异议：${row.title.zh}`, en: `Objection: ${row.title.en}` },
        body: {
          zh: '异议未作出处理之前，公示不会结束。',
          en: 'The notice does not end before the objection is decided.',
        },
        basis: objectionId,
      },
      engine,
    );
    return required(await store.readObjection(tx, objectionId), objectionId);
  });
}

/** Upholds or dismisses; an upheld objection returns the case to the step before the notice. */
export async function decideObjection(
  input: {
    stepId: string;
    objectionId: string;
    decision: 'upheld' | 'dismissed';
    reason: string;
  },
  engine: Engine,
  call: Call,
): Promise<string> {
  return engine.kernel.db.transaction(async (tx) => {
    const { row, step } = await lockStep(tx, input.stepId);
    const objection = required(await store.readObjection(tx, input.objectionId), input.objectionId);
    if (objection.step_id !== step.id) throw kernelErrors.make.missing({ id: input.objectionId });
    const by = call.principal.id;
    if (objection.state !== 'open') {
      const same =
        objection.state === input.decision &&
        objection.decision_reason === input.reason &&
        objection.decided_by === by;
      if (same) return row.id;
      throw casesErrors.make.objection_decided({ state: objection.state });
    }
    requireImpartial(row, step, call);
    if (objection.raised_by === by) throw casesErrors.make.recused();
    const { reason } = input;
    await settle(tx, row, step, objection, { state: input.decision, reason }, engine, call);
    if (input.decision === 'upheld') {
      await advance(tx, row, step, { decision: 'return', reason }, engine, call);
    } else {
      await passNotice(tx, row, step, engine, call);
    }
    return row.id;
  });
}

/** Takes back an own objection; again changes nothing. */
export async function withdrawObjection(
  input: { objectionId: string },
  engine: Engine,
  call: Call,
): Promise<store.ObjectionRow> {
  return engine.kernel.db.transaction(async (tx) => {
    const found = required(await store.readObjection(tx, input.objectionId), input.objectionId);
    if (found.raised_by !== call.principal.id) {
      throw kernelErrors.make.missing({ id: input.objectionId });
    }
    const { row, step } = await lockStep(tx, found.step_id);
    const objection = required(await store.readObjection(tx, found.id), found.id);
    if (objection.state === 'withdrawn') return objection;
    if (objection.state !== 'open') {
      throw casesErrors.make.objection_decided({ state: objection.state });
    }
    await settle(tx, row, step, objection, { state: 'withdrawn', reason: null }, engine, call);
    await passNotice(tx, row, step, engine, call);
    return required(await store.readObjection(tx, found.id), found.id);
  });
}

async function settle(
  tx: Executor,
  row: store.CaseRow,
  step: store.StepRow,
  objection: store.ObjectionRow,
  settled: { state: 'upheld' | 'dismissed' | 'withdrawn'; reason: string | null },
  engine: Engine,
  call: Call,
): Promise<void> {
  const { kernel } = engine;
  const by = call.principal.id;
  const { state, reason } = settled;
  const at = kernel.clock.now();
  await store.settleObjection(tx, { objectionId: objection.id, state, by, at, reason });
  await kernel.facts.append(tx, {
    kind: 'cases.objection_decided',
    subject: row.id,
    actor: by,
    body: {
      caseId: row.id,
      stepId: step.id,
      objectionId: objection.id,
      state,
      reasonDigest: await textDigest(reason ?? ''),
    },
  });
  const kind = state === 'withdrawn' ? 'objection_withdrawn' : 'objection_decided';
  await record(tx, { caseId: row.id, actor: by, kind, step: step.name, text: state }, engine);
  if (state === 'withdrawn') return;
  const result =
    state === 'upheld' ? { zh: '异议成立', en: 'upheld' } : { zh: '异议不成立', en: 'dismissed' };
  await tell(
    tx,
    row.id,
    [objection.raised_by],
    {
      kind: 'cases.objection_decided',
      title: { zh: `${result.zh}：${row.title.zh}`, en: `Objection ${result.en}: ${row.title.en}` },
      body: { zh: '理由见办件页。', en: 'The reason stands on the page of the case.' },
      basis: `${objection.id}/decided`,
    },
    engine,
  );
}

function required(row: store.ObjectionRow | undefined, objectionId: string): store.ObjectionRow {
  if (!row) throw kernelErrors.make.missing({ id: objectionId });
  return row;
}
