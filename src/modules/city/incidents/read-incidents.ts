import { kernelErrors } from '#kernel/errors.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { Uses } from '../operations-uses.ts';
import type { IncidentDetailView, IncidentView } from './incident-entities.ts';
import { actionsIn } from './incident-state.ts';
import * as store from './incident-store.ts';

type ListInput = Omit<store.IncidentFilter, 'visible'> & {
  cursor?: string | undefined;
  limit: number;
};

export async function listIncidents(
  { cursor, limit, ...filter }: ListInput,
  uses: Uses,
  { principal }: Call,
) {
  const { access, db } = uses.kernel;
  const visible = access.visible(principal, 'city.incident.read', store.incidentIdColumn);
  const before = decodeCursor(cursor)?.id ?? null;
  const { rows, total } = await store.listIncidents(
    db.read,
    { ...filter, visible },
    { before, limit: limit + 1 },
  );
  const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
  const names = await thingNames(page.items, uses);
  const items = page.items.map((row) => viewOf(row, names.get(row.thing_id)?.name));
  return { items, total, nextCursor: page.nextCursor };
}

export async function readIncident(
  incidentId: string,
  uses: Uses,
  { principal }: Call,
): Promise<IncidentDetailView> {
  const { db, access } = uses.kernel;
  const row = await store.readIncident(db.read, incidentId);
  if (!row) throw kernelErrors.make.missing({ id: incidentId });
  const [names, events, rows] = [
    await thingNames([row], uses),
    await store.readEvents(db.read, incidentId),
    await store.readRows(db.read, incidentId),
  ];
  const resource = { type: 'city.incident', id: incidentId };
  const { allowed } = await access.decide(principal, 'city.incident.handle', resource);
  const parties = new Set([...events.map(({ actor }) => actor), row.owner_id]);
  if (row.assignee) parties.add(row.assignee);
  return {
    ...viewOf(row, names.get(row.thing_id)?.name),
    deploymentId: row.deployment_id,
    timeline: events.map(({ at, actor, kind, text }) => ({
      ...{ at: at.toISOString(), actor, kind, text },
    })),
    evidence: rows.map(({ at, cells, matched, score }) => ({
      ...{ at: at.toISOString(), values: cells, matched, score },
    })),
    evidenceTotal: rows.length,
    actions: allowed ? actionsIn(row.state) : [],
    names: Object.fromEntries(await uses.partyNames([...parties])),
  };
}

function thingNames(rows: readonly store.IncidentRow[], { things }: Uses) {
  return things.find([...new Set(rows.map(({ thing_id }) => thing_id))]);
}

function viewOf(row: store.IncidentRow, thingName: string | undefined): IncidentView {
  return {
    ...{ incidentId: row.id, ruleId: row.rule_id, ruleVersion: row.rule_version },
    ...{ ruleTitle: row.title, thingId: row.thing_id, thingName: thingName ?? row.thing_id },
    ...{ ownerId: row.owner_id, severity: row.severity, state: row.state },
    ...{ district: row.district, replayed: row.replayed, readings: row.readings },
    firstObservedAt: row.first_observed_at.toISOString(),
    lastObservedAt: row.last_observed_at.toISOString(),
    ...{ openedAt: row.opened_at.toISOString(), updatedAt: row.updated_at.toISOString() },
    ...{ latencyMs: row.latency_ms, assignee: row.assignee, outcome: row.outcome },
    caseId: row.case_id,
  };
}
