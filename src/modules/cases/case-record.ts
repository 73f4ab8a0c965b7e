import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { EventKind } from './contract.ts';
import type { Procedure } from './procedure.ts';
import * as store from './store.ts';

/** Whom a notice goes to: a party, or everybody with a role on the platform. */
type NoticeTarget = string | { role: string };

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

/** Names of parties by id; an unknown id is left out. `tx` where a transaction is open. */
export type PartyNames = (
  ids: readonly string[],
  tx?: Executor,
) => Promise<ReadonlyMap<string, string>>;

/** What the functions of a case's course work with. */
export type Engine = {
  kernel: Kernel;
  notify: Notify;
  partyNames: PartyNames;
  /** Wakes the clock: a new deadline may be the next. */
  wake(): void;
  procedures: ReadonlyMap<string, Procedure>;
};

/** Adds a line to the history of a case, and tells open pages and the clock once it is durable. */
export async function record(
  tx: Executor,
  event: { caseId: string; actor: string; kind: EventKind; step?: string; text?: string },
  { kernel, wake }: Engine,
): Promise<void> {
  await store.insertEvent(tx, {
    case_id: event.caseId,
    at: kernel.clock.now(),
    actor: event.actor,
    kind: event.kind,
    step: event.step ?? null,
    text: event.text ?? null,
  });
  kernel.db.afterCommit(tx, () => {
    kernel.live.publish(`cases.case/${event.caseId}`);
    kernel.live.publish('cases.case');
    wake();
  });
}

/** Sends a notice about a case to parties and holders of roles, written as grants name them. */
export async function tell(
  tx: Executor,
  caseId: string,
  to: readonly string[],
  notice: { kind: string; title: Words; body: Words; basis: string },
  { notify }: Engine,
): Promise<void> {
  for (const subject of to) {
    const role = subject.startsWith('role:') ? subject.slice('role:'.length) : null;
    await notify(tx, {
      ...notice,
      to: role === null ? subject : { role },
      link: `/cases/${caseId}`,
      basis: `${notice.basis}/${subject}`,
    });
  }
}

/** Lets parties or holders of roles decide a step, and read its case. */
export async function addDeciders(
  tx: Executor,
  step: { caseId: string; stepId: string },
  subjects: readonly string[],
  { kernel }: Engine,
  call: Call,
): Promise<void> {
  const basis = step.caseId;
  const read = { type: 'cases.case', id: step.caseId };
  const decide = { type: 'cases.step', id: step.stepId };
  for (const subject of subjects) {
    await store.addDecider(tx, step.stepId, subject);
    const reading = { subject, action: 'cases.case.read', resource: read, basis };
    await kernel.access.grant(tx, reading, call);
    const deciding = { subject, action: 'cases.step.decide', resource: decide, basis };
    await kernel.access.grant(tx, deciding, call);
  }
}
