import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import type { Procedure } from '#modules/cases';
import { textDigest } from '#verify/crypto.ts';
import { operationsErrors } from '../operations-errors.ts';
import type { Uses } from '../operations-uses.ts';
import type { IncidentEvent, IncidentOutcome } from './incident-entities.ts';
import { type IncidentStep, stateAfter } from './incident-state.ts';
import * as store from './incident-store.ts';

/** How incidents move. Every function works in the caller's transaction. */

/** What is decided about an incident: handled, or a false alarm. Its page leads there, and so does the inbox. */
export const incidentProcedure: Procedure = {
  name: 'city.incident',
  title: { zh: '城市事件处置', en: 'Handling of an incident' },
  steps: [
    {
      kind: 'decision',
      name: 'handling',
      title: { zh: '处置（通过为已处置，否决为误报）', en: 'Handling (reject: a false alarm)' },
      deciders: [{ party: 'owner' }, { role: 'operator' }],
      decisions: ['approve', 'reject'],
      deadline: { workingDays: 1 },
      onExpiry: 'escalate',
      recuse: false,
    },
  ],
};

export async function openCase(
  tx: Executor,
  incident: { id: string; owner_id: string; title: Words },
  uses: Uses,
  call: Call,
): Promise<string> {
  return uses.cases.open(
    tx,
    {
      procedure: incidentProcedure.name,
      subject: { type: 'city.incident', id: incident.id },
      title: incident.title,
      link: `/city/incidents/${incident.id}`,
      ownerId: incident.owner_id,
      basis: incident.id,
    },
    call,
  );
}

/** Tells open pages once it is durable. */
export function announceIncident(
  tx: Executor,
  { id, thing_id }: { id: string; thing_id: string },
  { kernel }: Uses,
): void {
  kernel.db.afterCommit(tx, () => {
    for (const topic of [`city.incident/${id}`, 'city.incident', `city.thing/${thing_id}`]) {
      kernel.live.publish(topic);
    }
  });
}

export async function recordEvent(
  tx: Executor,
  event: { incidentId: string; actor: string; kind: IncidentEvent; text: string | null },
  { kernel }: Uses,
): Promise<void> {
  await store.insertEvent(tx, {
    ...{ id: kernel.ids('event'), incident_id: event.incidentId, at: kernel.clock.now() },
    ...{ actor: event.actor, kind: event.kind, text: event.text },
  });
}

/** Throws `kernel.missing`. */
export async function lockIncident(tx: Executor, incidentId: string): Promise<store.IncidentRow> {
  const row = await store.readIncident(tx, incidentId, { lock: true });
  if (!row) throw kernelErrors.make.missing({ id: incidentId });
  return row;
}

const kinds: Record<IncidentStep, IncidentEvent> = {
  acknowledge: 'acknowledged',
  assign: 'assigned',
  resolve: 'resolved',
  close: 'closed',
  reopen: 'reopened',
};

type StepTaken = {
  step: IncidentStep;
  change?: store.IncidentChange;
  /** What a person wrote of it: kept here, its digest in the fact. */
  text?: string;
  assignee?: string;
  outcome?: IncidentOutcome;
};

/** Takes a step with its fact and its line. Throws `city.incident_state` where it cannot be taken. */
export async function takeStep(
  tx: Executor,
  row: store.IncidentRow,
  { step, change = {}, text, assignee, outcome }: StepTaken,
  uses: Uses,
  call: Call,
): Promise<void> {
  const { kernel } = uses;
  const state = stateAfter(row.state, step);
  if (!state) throw operationsErrors.make.incident_state({ state: row.state });
  await store.moveIncident(tx, row.id, state, change, kernel.clock.now());
  const actor = call.principal.id;
  await kernel.facts.append(tx, {
    ...{ kind: 'city.incident_changed', subject: row.id, actor },
    body: {
      ...{ incidentId: row.id, from: row.state, state },
      ...(assignee === undefined ? {} : { assignee }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(text === undefined ? {} : { reasonDigest: await textDigest(text) }),
    },
  });
  const line = text ?? assignee ?? null;
  await recordEvent(tx, { incidentId: row.id, actor, kind: kinds[step], text: line }, uses);
  announceIncident(tx, row, uses);
}

/** Closes an incident that was resolved, with the fact that others count. */
export async function closeResolved(
  tx: Executor,
  row: store.IncidentRow,
  change: store.IncidentChange,
  uses: Uses,
  call: Call,
): Promise<void> {
  const outcome = row.outcome;
  if (!outcome) throw operationsErrors.make.incident_state({ state: row.state });
  await takeStep(tx, row, { step: 'close', change, outcome }, uses, call);
  await uses.kernel.facts.append(tx, {
    ...{ kind: 'city.incident_closed', subject: row.id, actor: call.principal.id },
    body: {
      ...{ incidentId: row.id, ruleId: row.rule_id, thingId: row.thing_id, outcome },
      ...{ readings: row.readings, replayed: row.replayed },
    },
  });
}
