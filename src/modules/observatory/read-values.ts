import { sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call, Principal } from '#kernel/principal.ts';
import type { ValueView } from './contract.ts';
import { existingIndicator } from './indicators.ts';
import { timeCursor } from './list-cursor.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';

/** The values that the caller may see: published ones, and drafts as owner, operator or auditor. */
export async function listValues(
  input: {
    indicatorId?: string | undefined;
    period?: string | undefined;
    state?: store.ValueState | undefined;
    cursor?: string | undefined;
    limit: number;
  },
  uses: Uses,
  call: Call,
) {
  const { kernel } = uses;
  const visible = kernel.access.visible(call.principal, 'observatory.value.read', sql.ref('v.id'));
  const page = { cursor: timeCursor(input.cursor), limit: input.limit };
  const { rows, total } = await store.listValues(kernel.db.read, { ...input, visible }, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.entered_at.toISOString(),
    id: row.id,
  }));
  return { items: await viewsOf(items, uses, call), total, nextCursor };
}

/** One value. The caller has passed `observatory.value.read`, or has just written it. */
export async function readValue(valueId: string, uses: Uses, call: Call): Promise<ValueView> {
  const row = await store.readValue(uses.kernel.db.read, valueId);
  const [view] = row ? await viewsOf([row], uses, call) : [];
  if (!view) throw kernelErrors.make.missing({ id: valueId });
  return view;
}

async function viewsOf(
  rows: readonly store.ValueRow[],
  uses: Uses,
  call: Call,
): Promise<ValueView[]> {
  const names = await uses.partyNames(rows.map((row) => row.organisation_id));
  return rows.map((row) => viewOf(row, names, call.principal));
}

function viewOf(
  row: store.ValueRow,
  names: ReadonlyMap<string, string>,
  principal: Principal,
): ValueView {
  const { title, unit } = existingIndicator(row.indicator_id);
  const operates = principal.roles.includes('operator');
  const audits = principal.roles.some(
    (role) => role === 'auditor' || role === 'audit_administrator',
  );
  const inside =
    operates ||
    audits ||
    principal.memberships.some(({ organisation }) => organisation === row.organisation_id);
  const own = [row.entered_by, row.entered_for].includes(principal.id);
  const actions: ValueView['actions'] = [];
  if (row.state === 'draft' && (operates || audits) && !own) actions.push('review');
  if (row.state === 'reviewed' && operates) actions.push('publish');
  return {
    valueId: row.id,
    indicatorId: row.indicator_id,
    indicatorTitle: title,
    unit,
    ...{ period: row.period, value: row.value, source: row.source, sourceUrl: row.source_url },
    note: row.note,
    organisationId: row.organisation_id,
    organisationName: names.get(row.organisation_id) ?? row.organisation_id,
    importId: inside ? row.import_id : null,
    state: row.state,
    enteredBy: inside ? row.entered_by : null,
    enteredAt: row.entered_at.toISOString(),
    reviewedAt: row.reviewed_at?.toISOString() ?? null,
    reviewReason: inside ? row.review_reason : null,
    publishedAt: row.published_at?.toISOString() ?? null,
    vintage: row.vintage,
    newest: row.vintage !== null && row.vintage === row.newest,
    actions,
  };
}
