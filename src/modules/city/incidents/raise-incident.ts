import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Call } from '#kernel/principal.ts';
import { proposeCommand } from '../commands/propose-command.ts';
import type { Uses } from '../operations-uses.ts';
import type { Finding } from '../rules/rule-batch.ts';
import type { RuleDocument } from '../rules/rule-entities.ts';
import type { Row } from '../rules/rule-memory.ts';
import type { KnownThing } from '../things-seam.ts';
import { announceIncident, openCase, recordEvent } from './incident-course.ts';
import * as store from './incident-store.ts';

/** The rule that raises, in the version that judged. */
export type RaisingRule = { id: string; ownerId: string; version: number; document: RuleDocument };

type Raised = { opened: number; suppressed: number };

/**
 * Turns what a rule found into incidents, in the transaction that moves the rule: one that is open takes the readings
 * in, otherwise one is opened, but not within the cooldown. The rule's row is locked, so that nothing is raised twice.
 */
export async function raiseIncidents(
  tx: Executor,
  rule: RaisingRule,
  findings: ReadonlyMap<string, Finding>,
  uses: Uses,
  call: Call,
): Promise<Raised> {
  const { kernel, things } = uses;
  const open = await store.openIncidents(tx, rule.id, [...findings.keys()]);
  const raising = [...findings].filter(([id, { raised }]) => raised.length > 0 && !open.has(id));
  const known = await things.find(
    raising.map(([thingId]) => thingId),
    tx,
  );
  for (const [thingId, finding] of findings) {
    const incident = open.get(thingId);
    if (incident) await takeReadings(tx, incident, finding, uses);
  }
  const done: Raised = { opened: 0, suppressed: 0 };
  if (raising.length === 0) return done;
  let openNow = await store.countOpen(tx, rule.id);
  for (const [thingId, finding] of raising) {
    const thing = known.get(thingId);
    const resolved = await store.lastResolved(tx, rule.id, thingId);
    const restMs = rule.document.cooldownSeconds * 1_000;
    const resting = resolved && kernel.clock.now().getTime() - resolved.getTime() < restMs;
    if (!thing || resting || openNow >= uses.options.CITY_RULE_INCIDENTS_OPEN_MAX) {
      done.suppressed += 1;
      continue;
    }
    await openIncident(tx, rule, { thing, finding }, uses, call);
    openNow += 1;
    done.opened += 1;
  }
  return done;
}

async function takeReadings(
  tx: Executor,
  incident: store.IncidentRow,
  { rows, raised, replayed }: Finding,
  uses: Uses,
): Promise<void> {
  await store.addRows(tx, incident.id, rows);
  const last = raised.at(-1);
  if (!last) return;
  const at = uses.kernel.clock.now();
  const change = { id: incident.id, readings: raised.length, replayed, at };
  await store.countReadings(tx, { ...change, lastObservedAt: new Date(last.at) });
  announceIncident(tx, incident, uses);
}

async function openIncident(
  tx: Executor,
  rule: RaisingRule,
  { thing, finding }: { thing: KnownThing; finding: Finding },
  uses: Uses,
  call: Call,
): Promise<void> {
  const { kernel, governance } = uses;
  const { condition, title, severity, command } = rule.document;
  const [first, last] = [finding.raised[0], finding.raised.at(-1)];
  if (!first || !last) throw new Error(`${rule.id} raises without a reading`);
  const incidentId = kernel.ids('incident');
  const at = kernel.clock.now();
  const replayed = thing.replayed || finding.replayed;
  const deploymentId = condition.kind === 'deployment' ? condition.deploymentId : null;
  const subject = { id: incidentId, rule_id: rule.id, thing_id: thing.thingId };
  const caseId = await openCase(
    tx,
    { ...subject, owner_id: rule.ownerId, title: titleOf(title, thing, replayed) },
    uses,
    call,
  );
  await store.insertIncident(tx, {
    ...subject,
    ...{ rule_version: rule.version, owner_id: rule.ownerId, title, severity, replayed },
    ...{ district: thing.district, deployment_id: deploymentId, readings: finding.raised.length },
    ...{ first_observed_at: new Date(first.at), last_observed_at: new Date(last.at) },
    ...{ opened_at: at, latency_ms: latencyMs(first, at), case_id: caseId },
  });
  await store.addRows(tx, incidentId, [...finding.last, ...finding.rows]);
  const resource = { type: 'city.incident', id: incidentId, owner: rule.ownerId };
  await kernel.access.register(tx, { ...resource, audience: 'owner' });
  await kernel.facts.append(tx, {
    ...{ kind: 'city.incident_opened', subject: incidentId, actor: call.principal.id },
    body: {
      ...{ incidentId, ruleId: rule.id, ruleVersion: rule.version, thingId: thing.thingId },
      ...{ severity, observationId: first.observationId, observedAt: first.at },
      ...{ deploymentId, caseId, replayed },
    },
  });
  const actor = call.principal.id;
  await recordEvent(tx, { incidentId, actor, kind: 'opened', text: null }, uses);
  if (deploymentId) {
    await governance.recordSignal(tx, { deploymentId, kind: 'incident', at });
  }
  if (command) {
    const target = { thingId: thing.thingId, ownerId: thing.ownerId, incidentId };
    const reason = `${title.zh || title.en} (${rule.id})`;
    await proposeCommand(
      tx,
      { ...target, ...command, reason, idempotencyKey: incidentId },
      uses,
      call,
    );
  }
  announceIncident(tx, subject, uses);
}

function latencyMs({ receivedAt }: Row, at: Date): number {
  return Math.max(0, Math.min(2 ** 31 - 1, at.getTime() - new Date(receivedAt).getTime()));
}

function titleOf(title: Words, { name }: KnownThing, replayed: boolean): Words {
  const mark = replayed
    ? { zh: '（回放数据，非上海实测）', en: ' (replayed, not measured in Shanghai)' }
    : { zh: '', en: '' };
  const cut = (text: string) => (text.length > 200 ? `${text.slice(0, 199)}…` : text);
  return {
    zh: cut(`${title.zh || title.en}：${name}`.slice(0, 180) + mark.zh),
    en: cut(`${title.en || title.zh}: ${name}`.slice(0, 150) + mark.en),
  };
}
