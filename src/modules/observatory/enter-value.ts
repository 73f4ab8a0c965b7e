import type { Executor } from '#kernel/db.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';
import { observatoryErrors } from './errors.ts';
import { problemOfValue } from './fitting-value.ts';
import { existingIndicator, isCounted } from './indicators.ts';
import type { Uses } from './module-uses.ts';
import { yearOf } from './period.ts';
import * as store from './store.ts';

export type EnteredValue = {
  organisationId: string;
  indicatorId: string;
  /** A year, `2025`. */
  period: string;
  value: number;
  source: string;
  sourceUrl: string | null;
  note: string;
};

/**
 * Enters a value as a draft, which its organisation, operators and auditors see. The same draft of the
 * same person again gives the same value. Resolves to its id. Throws `kernel.missing`,
 * `observatory.indicator_counted`, `observatory.value_unfit`, `observatory.too_many_drafts`.
 */
export async function enterValue(entered: EnteredValue, uses: Uses, call: Call): Promise<string> {
  const { kernel } = uses;
  checkEntered(entered, kernel.clock.now());
  return kernel.db.transaction((tx) => insertDraft(tx, entered, null, uses, call));
}

function checkEntered({ indicatorId, period, value }: EnteredValue, now: Date): void {
  const indicator = existingIndicator(indicatorId);
  if (isCounted(indicator)) throw observatoryErrors.make.indicator_counted({ indicatorId });
  const ahead = Number(period) > yearOf(now) ? 'its year has not begun' : null;
  const problem = ahead ?? problemOfValue(value, indicator);
  if (problem !== null) throw observatoryErrors.make.value_unfit({ problem });
}

/** As `enterValue`, in the caller's transaction, for a value that has been checked. */
export async function insertDraft(
  tx: Executor,
  entered: EnteredValue,
  importId: string | null,
  uses: Uses,
  call: Call,
): Promise<string> {
  const { kernel, options } = uses;
  const { indicatorId, period, value, source, sourceUrl, note, organisationId } = entered;
  const draft = {
    indicator_id: indicatorId,
    source_url: sourceUrl,
    organisation_id: organisationId,
    import_id: importId,
    entered_by: call.principal.id,
    ...{ period, value, source, note },
  };
  const before = importId === null ? await store.findDraft(tx, draft) : undefined;
  if (before) return before;
  if ((await store.countDrafts(tx, organisationId)) >= options.OBSERVATORY_DRAFTS_MAX) {
    throw observatoryErrors.make.too_many_drafts({ limit: options.OBSERVATORY_DRAFTS_MAX });
  }
  const valueId = kernel.ids('value');
  const fact = await kernel.facts.append(tx, {
    kind: 'observatory.value_entered',
    subject: valueId,
    actor: call.principal.id,
    body: {
      ...{ valueId, indicatorId, period, value, organisationId },
      sourceDigest: await textDigest(canonicalJson({ source, sourceUrl, note })),
    },
  });
  await store.insertValue(tx, {
    ...draft,
    id: valueId,
    entered_for: call.principal.onBehalfOf ?? null,
    entered_at: kernel.clock.now(),
    entered_fact_id: fact.id,
    follows: await store.newestVintage(tx, indicatorId, period),
  });
  const resource = { type: 'observatory.value', id: valueId, owner: organisationId };
  await kernel.access.register(tx, { ...resource, audience: 'owner' });
  return valueId;
}
