import type * as z from 'zod';
import { operationsErrors } from '../operations-errors.ts';
import type { Uses } from '../operations-uses.ts';
import { type Finding, judgeBatch, takeBatch } from './rule-batch.ts';
import type { dryRun, RuleDocument } from './rule-entities.ts';
import { needsOfRule } from './rule-needs.ts';
import * as store from './rule-store.ts';
import { ownJudgement } from './rule-verdict.ts';
import { checkRule } from './write-rule.ts';

const SHOWN_MAX = 100;

/**
 * What a rule would have raised on observations of a span, in the order of their phenomenon time. An incident counts
 * once for each run of fitting readings. Throws `city.dry_run_refused`, `city.rule_invalid`.
 */
export async function dryRunRule(
  input: { ownerId: string; document: RuleDocument; from: string; until: string },
  uses: Uses,
): Promise<z.input<typeof dryRun>> {
  const { ownerId, document } = input;
  const { kernel, things, options } = uses;
  const own = ownJudgement(document.condition);
  if (!own) throw operationsErrors.make.dry_run_refused();
  await checkRule(document, ownerId, uses);
  const needs = needsOfRule(document);
  const { thingIds, forReadings } = document;
  const of = { ownerId, thingIds, names: [...needs.names] };
  const datastreams = await store.datastreamsNamed(kernel.db.read, of);
  const names = new Map(datastreams.map(({ id, name }) => [id, name]));
  const limit = options.CITY_DRY_RUN_OBSERVATIONS_MAX;
  const [from, until] = [new Date(input.from), new Date(input.until)];
  const found =
    names.size === 0
      ? []
      : await things.history({ datastreamIds: [...names.keys()], from, until, limit: limit + 1 });
  const observations = found.slice(0, limit).flatMap((observation) => {
    const name = names.get(observation.datastreamId);
    return name === undefined ? [] : [{ ...observation, name }];
  });
  const batch = takeBatch(observations, new Map(), needs);
  const findings = judgeBatch(batch, { forReadings, rows: needs.rows }, { own });
  const openings = [...findings].flatMap(([thingId, finding]) =>
    openingsOf(finding).map(({ at, cells }) => ({ thingId, observedAt: at, values: cells })),
  );
  openings.sort((one, other) => one.observedAt.localeCompare(other.observedAt));
  const { rows, incomplete, late, matched } = batch.progress;
  return {
    ...{ observations: observations.length, truncated: found.length > limit },
    ...{ rows, incomplete, late, matched },
    ...{ wouldOpen: openings.slice(0, SHOWN_MAX), wouldOpenTotal: openings.length },
  };
}

/** The first raising reading of each run. */
function openingsOf({ rows, raised }: Finding) {
  const raisedAt = new Set(raised.map(({ at }) => at));
  return rows.filter(({ at }, place) => {
    const before = rows[place - 1];
    return raisedAt.has(at) && !(before && raisedAt.has(before.at));
  });
}
