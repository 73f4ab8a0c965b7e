import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { documentDigest } from '#verify/document.ts';
import type { JsonObject } from '#verify/json.ts';
import { observatoryErrors } from './errors.ts';
import { existingIndicator } from './indicators.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import { targetOf } from './targets.ts';
import { trackOf } from './track.ts';

/**
 * Publishes a reviewed value as the next vintage of its period; earlier ones stay. Publishing it again
 * changes nothing. Throws `observatory.value_state`, and `observatory.value_overtaken` where another
 * vintage came out after it had been entered.
 */
export async function publishValue(valueId: string, uses: Uses, call: Call): Promise<void> {
  const { kernel } = uses;
  await kernel.db.transaction(async (tx) => {
    const row = await store.lockValue(tx, valueId);
    if (!row) throw kernelErrors.make.missing({ id: valueId });
    if (row.state === 'published') return;
    if (row.state !== 'reviewed') throw observatoryErrors.make.value_state({ state: row.state });
    const newest = row.newest ?? 0;
    if (newest !== row.follows) throw observatoryErrors.make.value_overtaken({ vintage: newest });
    const vintage = newest + 1;
    const names = await uses.partyNames([row.organisation_id], tx);
    const document = documentOf(row, vintage, names.get(row.organisation_id));
    const fact = await kernel.facts.append(tx, {
      kind: 'observatory.value_published',
      subject: valueId,
      actor: call.principal.id,
      body: {
        ...{
          valueId,
          indicatorId: row.indicator_id,
          period: row.period,
          value: row.value,
          vintage,
        },
        documentDigest: await documentDigest(document),
      },
    });
    const at = kernel.clock.now();
    await store.publishValue(tx, valueId, { at, factId: fact.id, vintage, document });
    const resource = { type: 'observatory.value', id: valueId };
    await kernel.access.setAudience(tx, resource, 'public');
    await warn(tx, row, uses);
    kernel.db.afterCommit(tx, () => {
      kernel.live.publish(`observatory.value/${valueId}`);
      kernel.live.publish('observatory.indicator');
    });
  });
}

/** What anybody may read of it, and what its evidence shows. */
function documentOf(
  row: store.ValueRow,
  vintage: number,
  organisationName: string | undefined,
): JsonObject {
  const indicator = existingIndicator(row.indicator_id);
  return {
    indicatorId: row.indicator_id,
    title: { ...indicator.title },
    unit: { ...indicator.unit },
    ...{ period: row.period, value: row.value, vintage },
    ...{ source: row.source, sourceUrl: row.source_url, note: row.note },
    organisation: { id: row.organisation_id, name: organisationName ?? row.organisation_id },
    enteredBy: row.entered_by,
    reviewedBy: row.reviewed_by,
  };
}

/** Tells the operators where the target is missed, or is going to be. */
async function warn(tx: Executor, row: store.ValueRow, uses: Uses): Promise<void> {
  const target = targetOf(row.indicator_id);
  if (!target) return;
  const indicator = existingIndicator(row.indicator_id);
  const published = await store.publishedValues(tx, [row.indicator_id]);
  const values = published.map(({ period, value }) => ({ year: Number(period), value }));
  const { state } = trackOf(target, values);
  if (state !== 'behind' && state !== 'early_warning') return;
  const [zh, en] =
    state === 'behind' ? ['落后于路径', 'behind its path'] : ['预警', 'an early warning'];
  await uses.notify(tx, {
    to: { role: 'operator' },
    kind: 'observatory.warning',
    title: { zh: `${indicator.title.zh}：${zh}`, en: `${indicator.title.en}: ${en}` },
    body: {
      zh: `${row.period} 年为 ${row.value}，目标为 ${target.year} 年 ${target.value}。`,
      en: `${row.value} in ${row.period}; the target is ${target.value} in ${target.year}.`,
    },
    link: `/observatory/indicators/${row.indicator_id}`,
    basis: row.id,
  });
}
