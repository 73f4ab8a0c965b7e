import type { Executor } from '#kernel/db.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import type { Bell, Service } from '#kernel/service.ts';
import { addDeciders, type Engine, record, tell } from './case-record.ts';
import { advance } from './engine.ts';
import { passNotice } from './objections.ts';
import { stepOf } from './procedure.ts';
import * as store from './store.ts';

const BATCH = 50;
const SLEEP_MS_MAX = 30_000;
// Less would turn a case whose handling fails into a busy loop.
const SLEEP_MS_MIN = 200;
const EXPIRED = '时限已到，按程序自动作出。 Made by the procedure itself when the deadline passed.';

/**
 * Acts on deadlines: reminders, escalation, decisions by expiry, the end of a notice. Each case in its own
 * transaction under its lock, so several servers, or one killed anywhere, do nothing twice.
 */
export function createCaseClock(uses: { engine: Engine; bell: Bell }): Service {
  const { engine, bell } = uses;
  const { kernel } = engine;
  return {
    name: 'cases.clock',
    async run(signal) {
      while (!signal.aborted) {
        await attendDueCases(engine, signal);
        const next = await store.nextDue(kernel.db.read);
        const left = next ? next.getTime() - kernel.clock.now().getTime() : SLEEP_MS_MAX;
        await bell.sleep(Math.min(Math.max(left, SLEEP_MS_MIN), SLEEP_MS_MAX), signal);
      }
    },
  };
}

/** Does everything that is due by now. */
export async function attendDueCases(engine: Engine, signal: AbortSignal): Promise<void> {
  const { kernel } = engine;
  const due = await store.casesDue(kernel.db.read, kernel.clock.now(), BATCH);
  const call = serviceCall('cases', signal);
  for (const caseId of due) {
    if (signal.aborted) return;
    try {
      await kernel.db.transaction((tx) => attend(tx, caseId, engine, call));
    } catch (error) {
      kernel.log.error({ error, caseId }, 'a deadline could not be handled');
    }
  }
}

async function attend(tx: Executor, caseId: string, engine: Engine, call: Call): Promise<void> {
  const row = await store.readCase(tx, caseId, { lock: true });
  const step = row?.step_id ? await store.readStep(tx, row.step_id) : undefined;
  if (!row || step?.state !== 'open') return;
  const now = engine.kernel.clock.now();
  if (step.due_at.getTime() <= now.getTime()) return expire(tx, row, step, engine, call);
  if (!step.remind_at || step.reminded_at || step.remind_at.getTime() > now.getTime()) return;
  await store.markReminded(tx, step.id, now);
  // Who opened a step on its last day was told of it just then.
  if (step.kind === 'notice' || step.remind_at.getTime() < step.opened_at.getTime()) return;
  const notice = {
    kind: 'cases.step_due',
    title: { zh: `今天到期：${row.title.zh}`, en: `Due today: ${row.title.en}` },
    body: { zh: '今天是办理时限的最后一天。', en: 'Today is the last day of its period.' },
    basis: `${step.id}/due`,
  };
  await tell(tx, row.id, await store.decidersOf(tx, step.id), notice, engine);
}

async function expire(
  tx: Executor,
  row: store.CaseRow,
  step: store.StepRow,
  engine: Engine,
  call: Call,
): Promise<void> {
  const form = stepOf(row.procedure_form, step.name);
  if (form.kind === 'notice') {
    if (await passNotice(tx, row, step, engine, call)) return;
  } else if (form.onExpiry !== 'escalate') {
    const taken = { decision: form.onExpiry, reason: EXPIRED };
    return advance(tx, row, step, taken, engine, call);
  }
  if (!step.escalated_at) await escalate(tx, row, step, engine, call);
}

async function escalate(
  tx: Executor,
  row: store.CaseRow,
  step: store.StepRow,
  engine: Engine,
  call: Call,
): Promise<void> {
  const { kernel } = engine;
  const actor = call.principal.id;
  const { title } = stepOf(row.procedure_form, step.name);
  await store.markEscalated(tx, step.id, kernel.clock.now());
  await kernel.facts.append(tx, {
    kind: 'cases.step_escalated',
    subject: row.id,
    actor,
    body: { caseId: row.id, stepId: step.id, step: step.name },
  });
  const ids = { caseId: row.id, stepId: step.id };
  await addDeciders(tx, ids, ['role:operator'], engine, call);
  await record(tx, { caseId: row.id, actor, kind: 'escalated', step: step.name }, engine);
  const notice = {
    kind: 'cases.step_escalated',
    title: { zh: `已超时：${row.title.zh}`, en: `Overdue: ${row.title.en}` },
    body: {
      zh: `环节“${title.zh}”已过时限，已提请运营方办理。`,
      en: `The step "${title.en}" is past its deadline; the operator has been asked to act.`,
    },
    basis: `${step.id}/escalated`,
  };
  await tell(tx, row.id, await store.decidersOf(tx, step.id), notice, engine);
}
