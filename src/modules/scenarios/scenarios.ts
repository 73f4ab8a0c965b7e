import { sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { ScenarioView } from './contract.ts';
import { scenariosErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import { timeCursor } from './time-cursor.ts';

type Words = store.ScenarioRow['title'];

/** Creates a scenario as a draft of its owner. */
export async function createScenario(
  input: { ownerId: string; title: Words; summary: Words; sector: string; district: string | null },
  uses: Uses,
  call: Call,
): Promise<ScenarioView> {
  const { kernel } = uses;
  const scenarioId = kernel.ids('scenario');
  await kernel.db.transaction(async (tx) => {
    const { ownerId, title, summary, sector, district } = input;
    const created_at = kernel.clock.now();
    const row = { id: scenarioId, owner_id: ownerId, title, summary, sector, district, created_at };
    await store.insertScenario(tx, row);
    const resource = { type: 'scenarios.scenario', id: scenarioId, owner: ownerId };
    await kernel.access.register(tx, { ...resource, audience: 'owner' });
  });
  return readScenario(scenarioId, uses, call);
}

/** Changes what is given. Throws `scenarios.changed` where another change came first. */
export async function updateScenario(
  input: {
    scenarioId: string;
    version: number;
    title?: Words | undefined;
    summary?: Words | undefined;
    sector?: string | undefined;
    district?: string | null | undefined;
  },
  uses: Uses,
  call: Call,
): Promise<ScenarioView> {
  const { scenarioId, version, title, summary, sector, district } = input;
  await uses.kernel.db.transaction(async (tx) => {
    const row = await store.readScenario(tx, scenarioId);
    if (!row) throw kernelErrors.make.missing({ id: scenarioId });
    const updated = await store.updateScenario(tx, {
      id: scenarioId,
      version,
      title: title ?? row.title,
      summary: summary ?? row.summary,
      sector: sector ?? row.sector,
      district: district === undefined ? row.district : district,
    });
    if (!updated) throw scenariosErrors.make.changed();
    uses.kernel.db.afterCommit(tx, () => {
      uses.kernel.live.publish(`scenarios.scenario/${scenarioId}`);
    });
  });
  return readScenario(scenarioId, uses, call);
}

export async function readScenario(
  scenarioId: string,
  uses: Uses,
  call: Call,
): Promise<ScenarioView> {
  const row = await store.readScenario(uses.kernel.db.read, scenarioId);
  if (!row) throw kernelErrors.make.missing({ id: scenarioId });
  const [view] = await viewsOf([row], uses, call);
  if (!view) throw new Error('one row gives one view');
  return view;
}

export async function listScenarios(
  input: Omit<store.ScenarioFilter, 'visible'> & { cursor?: string | undefined; limit: number },
  uses: Uses,
  call: Call,
) {
  const { kernel } = uses;
  const visible = kernel.access.visible(call.principal, 'scenarios.scenario.read', sql.ref('s.id'));
  const page = { cursor: timeCursor(input.cursor), limit: input.limit };
  const { rows, total } = await store.listScenarios(kernel.db.read, { ...input, visible }, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.created_at.toISOString(),
    id: row.id,
  }));
  return { items: await viewsOf(items, uses, call), total, nextCursor };
}

async function viewsOf(
  rows: readonly store.ScenarioRow[],
  uses: Uses,
  call: Call,
): Promise<ScenarioView[]> {
  const names = await uses.partyNames(rows.map((row) => row.owner_id));
  return rows.map((row) => ({
    scenarioId: row.id,
    ownerId: row.owner_id,
    ownerName: names.get(row.owner_id) ?? row.owner_id,
    title: row.title,
    summary: row.summary,
    sector: row.sector,
    district: row.district,
    state: row.state,
    calls: row.calls,
    createdAt: row.created_at.toISOString(),
    publishedAt: row.published_at?.toISOString() ?? null,
    version: row.version,
    actions: actsFor(call.principal, row.owner_id) ? ['edit', 'open_call'] : [],
  }));
}

/** Whether the principal is the party, or belongs to it; for what a page offers, not for what is allowed. */
export function actsFor(principal: Call['principal'], partyId: string): boolean {
  return (
    principal.id === partyId ||
    principal.memberships.some(({ organisation }) => organisation === partyId)
  );
}
