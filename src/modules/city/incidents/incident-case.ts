import * as z from 'zod';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import { pause, type Service } from '#kernel/service.ts';
import type { Uses } from '../operations-uses.ts';
import { closeResolved, incidentProcedure, takeStep } from './incident-course.ts';
import * as store from './incident-store.ts';

/** An incident and its case end together, whichever a person works on. */

const SWEEP_MS = 5_000;
const BATCH = 50;

/**
 * Decides the case of an incident as the person did who closed it. Whatever keeps it from that, such as an
 * assignee who is no party to the case, leaves it to the service, which tries again.
 */
export async function settleCase(incidentId: string, uses: Uses, call: Call): Promise<void> {
  const { kernel, cases } = uses;
  const row = await store.readIncident(kernel.db.read, incidentId);
  if (!row?.case_due || !row.case_id) return;
  const { decision, reason } = row.case_due;
  try {
    const { stepId, state } = await cases.handlers.getCase({ caseId: row.case_id }, call);
    if (state === 'open' && stepId) {
      await cases.handlers.decideStep({ stepId, decision, reason }, call);
    }
    await kernel.db.transaction((tx) => store.clearCaseDue(tx, incidentId));
  } catch (error) {
    kernel.log.warn({ error, incidentId }, 'the case of an incident could not be decided yet');
  }
}

/** Brings decisions to cases that a killed server left over. */
export function createCaseSettler(uses: Uses): Service {
  return {
    name: 'city.incident-cases',
    async run(signal) {
      while (!signal.aborted) {
        await settleCases(uses, signal);
        await pause(SWEEP_MS, signal);
      }
    },
  };
}

export async function settleCases(uses: Uses, signal: AbortSignal): Promise<void> {
  const due = await store.casesDue(uses.kernel.db.read, BATCH);
  for (const { id } of due) await settleCase(id, uses, serviceCall('city', signal));
}

const closed = z.object({
  procedure: z.string(),
  subject: z.object({ id: z.string() }),
  outcome: z.string(),
});

/** A case that was decided in the inbox closes its incident. */
export function caseSubscription(uses: Uses): Subscription {
  return {
    name: 'city.incident_cases',
    kinds: ['cases.case_closed'],
    async handle(fact, tx) {
      const { procedure, subject, outcome: ended } = closed.parse(fact.body);
      if (procedure !== incidentProcedure.name) return;
      const row = await store.readIncident(tx, subject.id, { lock: true });
      if (!row || row.state === 'closed' || row.case_id !== fact.subject) return;
      const call = actingAs(fact.actor);
      const resolved = row.state === 'resolved' ? row : await resolve(row, ended);
      await closeResolved(tx, resolved, {}, uses, call);

      async function resolve(open: store.IncidentRow, outcomeOfCase: string) {
        const outcome = outcomeOfCase === 'approved' ? 'handled' : 'false_alarm';
        const change = { outcome, resolved_at: uses.kernel.clock.now() } as const;
        await takeStep(tx, open, { step: 'resolve', change, outcome }, uses, call);
        return { ...open, ...change, state: 'resolved' as const };
      }
    },
  };
}

/** Who decided the case is who closes the incident, as its facts say. */
function actingAs(actor: string): Call {
  const call = serviceCall('city', new AbortController().signal);
  return { ...call, principal: { ...call.principal, id: actor } };
}
