import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { operationsErrors } from '../operations-errors.ts';
import type { Uses } from '../operations-uses.ts';
import { settleCase } from './incident-case.ts';
import {
  announceIncident,
  closeResolved,
  lockIncident,
  openCase,
  recordEvent,
  takeStep,
} from './incident-course.ts';
import type { IncidentOutcome } from './incident-entities.ts';
import * as store from './incident-store.ts';

/** What people do with an incident. Repeating the step that was taken last changes nothing. */

export async function acknowledgeIncident(incidentId: string, uses: Uses, call: Call) {
  await uses.kernel.db.transaction(async (tx) => {
    const row = await lockIncident(tx, incidentId);
    if (row.state === 'acknowledged') return;
    await takeStep(tx, row, { step: 'acknowledge' }, uses, call);
  });
}

export async function assignIncident(
  { incidentId, assignee }: { incidentId: string; assignee: string },
  uses: Uses,
  call: Call,
) {
  const { kernel } = uses;
  const names = await uses.partyNames([assignee]);
  if (!names.has(assignee)) throw kernelErrors.make.missing({ id: assignee });
  await kernel.db.transaction(async (tx) => {
    const row = await lockIncident(tx, incidentId);
    if (row.state === 'assigned' && row.assignee === assignee) return;
    await takeStep(tx, row, { step: 'assign', change: { assignee }, assignee }, uses, call);
    const reason = 'The incident was given to somebody else.';
    await kernel.access.revokeBasis(tx, incidentId, reason, call);
    const resource = { type: 'city.incident', id: incidentId };
    for (const action of ['city.incident.read', 'city.incident.handle']) {
      const terms = { subject: assignee, action, resource, basis: incidentId };
      await kernel.access.grant(tx, terms, call);
    }
    await uses.notify(tx, {
      ...{ to: assignee, kind: 'city.incident_assigned' },
      title: { zh: `事件交您处置：${row.title.zh}`, en: `Incident assigned: ${row.title.en}` },
      body: { zh: '请核实现场并填写处置结果。', en: 'Check it, and say how it was resolved.' },
      ...{ link: `/city/incidents/${incidentId}`, basis: `${incidentId}/assigned/${assignee}` },
    });
  });
}

export async function commentIncident(
  { incidentId, text }: { incidentId: string; text: string },
  uses: Uses,
  call: Call,
) {
  await uses.kernel.db.transaction(async (tx) => {
    const row = await lockIncident(tx, incidentId);
    if (row.state === 'closed') throw operationsErrors.make.incident_state({ state: row.state });
    await recordEvent(tx, { incidentId, actor: call.principal.id, kind: 'commented', text }, uses);
    announceIncident(tx, row, uses);
  });
}

export async function resolveIncident(
  { incidentId, outcome, reason }: { incidentId: string; outcome: IncidentOutcome; reason: string },
  uses: Uses,
  call: Call,
) {
  const { kernel } = uses;
  await kernel.db.transaction(async (tx) => {
    const row = await lockIncident(tx, incidentId);
    if (row.state === 'resolved' && row.outcome === outcome && row.reason === reason) return;
    const change = { outcome, reason, resolved_at: kernel.clock.now() };
    await takeStep(tx, row, { step: 'resolve', change, outcome, text: reason }, uses, call);
  });
}

export async function closeIncident(incidentId: string, uses: Uses, call: Call) {
  await uses.kernel.db.transaction(async (tx) => {
    const row = await lockIncident(tx, incidentId);
    if (row.state === 'closed') return;
    const decision = row.outcome === 'handled' ? 'approve' : 'reject';
    const case_due = { decision, reason: row.reason ?? '' } as const;
    await closeResolved(tx, row, { case_due }, uses, call);
  });
  await settleCase(incidentId, uses, call);
}

export async function reopenIncident(
  { incidentId, reason }: { incidentId: string; reason: string },
  uses: Uses,
  call: Call,
) {
  await uses.kernel.db.transaction(async (tx) => {
    const row = await lockIncident(tx, incidentId);
    const other = (await store.openIncidents(tx, row.rule_id, [row.thing_id])).get(row.thing_id);
    if (other && other.id !== row.id) {
      throw operationsErrors.make.incident_open({ incidentId: other.id });
    }
    const change = { outcome: null, reason: null, resolved_at: null, case_due: null };
    const closed = row.state === 'closed';
    const caseId = closed ? await openCase(tx, row, uses, call) : row.case_id;
    const again = { ...change, case_id: caseId };
    await takeStep(tx, row, { step: 'reopen', change: again, text: reason }, uses, call);
  });
}
