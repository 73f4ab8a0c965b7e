import { kernelErrors } from '#kernel/errors.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { placeOf } from '../observations-id.ts';
import type { Uses } from '../operations-uses.ts';
import type { RuleView } from './rule-entities.ts';
import * as store from './rule-store.ts';

type ListInput = {
  ownerId?: string | undefined;
  state?: 'active' | 'paused' | undefined;
  query?: string | undefined;
  cursor?: string | undefined;
  limit: number;
};

export async function listRules(
  { cursor, limit, ...filter }: ListInput,
  uses: Uses,
  { principal }: Call,
) {
  const { access, db } = uses.kernel;
  const visible = access.visible(principal, 'city.rule.read', store.ruleIdColumn);
  const before = decodeCursor(cursor)?.id ?? null;
  const { rows, total } = await store.listRules(
    db.read,
    { ...filter, visible },
    { before, limit: limit + 1 },
  );
  const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
  const last = await lastPlace(uses);
  const items = await Promise.all(page.items.map((row) => viewOf(row, last, uses)));
  return { items, total, nextCursor: page.nextCursor };
}

export async function readRule(ruleId: string, uses: Uses): Promise<RuleView> {
  const row = await store.readRule(uses.kernel.db.read, ruleId);
  if (!row) throw kernelErrors.make.missing({ id: ruleId });
  return viewOf(row, await lastPlace(uses), uses);
}

async function lastPlace({ things }: Uses): Promise<number> {
  const last = await things.lastStoredId();
  return last === null ? 0 : (placeOf(last) ?? 0);
}

async function viewOf(row: store.RuleRow, last: number, uses: Uses): Promise<RuleView> {
  const at = row.position === null ? 0 : (placeOf(row.position) ?? 0);
  return {
    ...{ ruleId: row.id, ownerId: row.owner_id, version: row.version, state: row.state },
    ...row.document,
    stopped: await uses.serving.stops.isStopped({ type: 'city.rule', id: row.id }),
    ...{ createdBy: row.created_by, createdAt: row.created_at.toISOString() },
    updatedAt: row.updated_at.toISOString(),
    health: {
      lag: row.state === 'active' ? Math.max(0, last - at) : 0,
      ...{ observations: row.observations, rows: row.rows, incomplete: row.incomplete },
      ...{ late: row.late, matched: row.matched, suppressed: row.suppressed },
      ...{ incidents: row.incidents, error: row.error, attempts: row.attempts },
      lastObservedAt: row.last_observed_at?.toISOString() ?? null,
    },
  };
}
