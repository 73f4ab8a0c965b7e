import type * as z from 'zod';
import type { Call } from '#kernel/principal.ts';
import { commandIdColumn } from '../commands/command-store.ts';
import { incidentIdColumn } from '../incidents/incident-store.ts';
import type { Uses } from '../operations-uses.ts';
import { type Severity, severities } from '../rules/rule-entities.ts';
import type { readCityMap } from './city-map.ts';
import { converted } from './coordinates.ts';
import type { CityMapView, Convertible, mapOverview } from './map-entities.ts';
import * as store from './map-store.ts';

const POINTS_MAX = 2_000;
const INCIDENTS_MAX = 5_000;
const DAY_MS = 86_400_000;

type StaticMap = ReturnType<typeof readCityMap>;

export async function readMap(map: StaticMap, { kernel }: Uses): Promise<CityMapView> {
  const row = await store.readApproval(kernel.db.read);
  const approval = row
    ? { number: row.number, enteredBy: row.entered_by, enteredAt: row.entered_at.toISOString() }
    : null;
  return { ...map, approval };
}

/** Enters the approval number, which every map shows from then on. */
export async function setMapApproval(number: string, { kernel }: Uses, call: Call): Promise<void> {
  const approvalNumber = number.trim();
  await kernel.db.transaction(async (tx) => {
    if ((await store.readApproval(tx))?.number === approvalNumber) return;
    const by = { entered_by: call.principal.id, entered_at: kernel.clock.now() };
    await store.insertApproval(tx, { number: approvalNumber, ...by });
    await kernel.facts.append(tx, {
      ...{ kind: 'city.map_approval_changed', subject: 'city.map', actor: by.entered_by },
      body: { approvalNumber },
    });
  });
}

type OverviewInput = { observationsMinute: number; coordinateSystem: Convertible };

/** What is on the map for this reader, now. */
export async function readOverview(
  map: StaticMap,
  { observationsMinute, coordinateSystem }: OverviewInput,
  uses: Uses,
  { principal }: Call,
): Promise<z.input<typeof mapOverview>> {
  const { kernel, things } = uses;
  const { access, db } = kernel;
  const now = kernel.clock.now();
  const seesIncidents = access.visible(principal, 'city.incident.read', incidentIdColumn);
  const [counts, incidents, onMap, incidentsDay, commandsWaiting] = [
    await store.thingsByDistrict(
      db.read,
      access.visible(principal, 'city.thing.read', store.thingIdColumn),
    ),
    await store.unfinishedIncidents(db.read, seesIncidents, INCIDENTS_MAX),
    await things.onMap(principal, POINTS_MAX + 1),
    await store.countIncidentsSince(db.read, seesIncidents, new Date(now.getTime() - DAY_MS)),
    await store.countProposed(
      db.read,
      access.visible(principal, 'city.command.read', commandIdColumn),
    ),
  ];
  const byThing = grouped(incidents, ({ thing_id }) => thing_id);
  const byDistrict = grouped(incidents, ({ district }) => district ?? '');
  const points = onMap.slice(0, POINTS_MAX).flatMap((thing) => {
    const { thingId, name, longitude, latitude, district, replayed } = thing;
    if (longitude === null || latitude === null) return [];
    const open = byThing.get(thingId) ?? [];
    const state = { openIncidents: open.length, worst: worstOf(open), replayed };
    const place = converted({ longitude, latitude }, 'WGS-84', coordinateSystem);
    return [{ thingId, name, ...place, district, ...state }];
  });
  points.sort((one, other) => other.openIncidents - one.openIncidents);
  return {
    at: now.toISOString(),
    coordinateSystem,
    districts: map.districts.map(({ code }) => {
      const open = byDistrict.get(code) ?? [];
      const own = counts.find(({ district }) => district === code)?.things ?? 0;
      return { code, things: own, openIncidents: open.length, worst: worstOf(open) };
    }),
    ...{ points, pointsTruncated: onMap.length > POINTS_MAX },
    totals: {
      things: counts.reduce((sum, each) => sum + each.things, 0),
      openIncidents: incidents.length,
      unacknowledged: incidents.filter(({ state }) => state === 'open').length,
      ...{ incidentsDay, commandsWaiting, observationsMinute },
      replayed: [...counts, ...incidents].some(({ replayed }) => replayed),
    },
  };
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string) {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

function worstOf(incidents: readonly store.OpenIncident[]): Severity | null {
  const worst = Math.max(-1, ...incidents.map(({ severity }) => severities.indexOf(severity)));
  return severities[worst] ?? null;
}
