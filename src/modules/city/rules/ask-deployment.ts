import { strict as assert } from 'node:assert';
import type { Call } from '#kernel/principal.ts';
import type { Uses } from '../operations-uses.ts';
import type { Batch, Judgement } from './rule-batch.ts';
import { sessionOf } from './rule-needs.ts';
import * as store from './rule-store.ts';
import { deploymentRow } from './rule-verdict.ts';

/** Rows of one request, as serving takes them. */
const ROWS_MAX = 1_000;

/**
 * Has the deployment of a rule answer the rows of a batch, for the organisation that owns the rule and under its
 * agreement. The request is named after the span, so that asked again it is answered the same and counted once.
 * Throws what serving refuses.
 */
export async function askDeployment(
  rule: store.RuleRow,
  until: string,
  batch: Batch,
  uses: Uses,
  call: Call,
): Promise<Judgement> {
  const { condition } = rule.document;
  assert(condition.kind === 'deployment');
  const thingIds = [...batch.memories.keys()];
  const properties = await store.thingProperties(uses.kernel.db.read, thingIds);
  const rows = batch.ready.map(({ thingId, ready }) =>
    deploymentRow(condition, ready.row, properties.get(thingId) ?? {}),
  );
  const flags: { flag: 0 | 1; score: number }[] = [];
  for (let start = 0; start < rows.length; start += ROWS_MAX) {
    const part = rows.slice(start, start + ROWS_MAX);
    const { predictions } = await uses.serving.infer(
      {
        deploymentId: condition.deploymentId,
        session: sessionOf(rule.id, rule.document),
        rows: part,
        requestId: `${rule.id}:${rule.version}:${until.slice(-26)}:${start / ROWS_MAX}`,
        callerId: rule.owner_id,
      },
      call,
    );
    assert.equal(predictions.length, part.length, 'one prediction for each row');
    flags.push(...predictions);
  }
  return (place) => {
    const prediction = flags[place];
    assert(prediction);
    return { matched: prediction.flag === 1, score: prediction.score };
  };
}
