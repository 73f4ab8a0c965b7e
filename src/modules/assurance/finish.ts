import { strict as assert } from 'node:assert';
import type { Executor } from '#kernel/db.ts';
import type { FactDraft } from '#kernel/facts.ts';
import { resultDigestOf } from './digests.ts';
import { announce, type Engine, ownCall } from './engine.ts';
import { knownCode } from './reasons.ts';
import { scoreRecorded } from './score-recorded.ts';
import type { Scores } from './scores.ts';
import * as store from './store.ts';

/** The ends of an evaluation, each with its facts in the same transaction. */

/** Records the scores of an evaluation that came to its end, or compares those of a repeat. */
export async function finishDone(
  tx: Executor,
  row: store.EvaluationRow,
  scored: { scores: Scores; scorerEnvironmentDigest: string },
  engine: Engine,
): Promise<void> {
  const { kernel } = engine;
  // Predictions were recorded in an earlier transaction; the row was read in this one.
  const predictionsDigest = row.predictions_digest;
  assert(predictionsDigest, `${row.id} was scored without predictions`);
  const resultDigest = await resultDigestOf(predictionsDigest, scored.scores);
  const done = { ...scored, resultDigest, at: kernel.clock.now() };
  if (row.repeat_of === null) {
    const draft = factOf(row, 'assurance.score_recorded');
    const fact = await kernel.facts.append(tx, { ...draft, body: scoreRecorded(row, done) });
    await store.finishDone(tx, row.id, { ...done, scoreFactId: fact.id, repeatOutcome: null });
    await tellFinished(tx, row, { state: 'done', reason: null, score: done.scores.score }, engine);
  } else {
    const original = await store.readEvaluation(tx, row.repeat_of, { lock: true });
    assert(original, `${row.repeat_of} has gone`);
    const repeatOutcome = original.result_digest === resultDigest ? 'equal' : 'different';
    await store.finishDone(tx, row.id, { ...done, scoreFactId: null, repeatOutcome });
    await tellRepeated(tx, row, repeatOutcome, resultDigest, engine);
    if (row.attests && repeatOutcome === 'equal') {
      await attest(tx, { row, original, resultDigest }, engine);
    }
  }
  engine.countEnd('done');
  announce(tx, row, engine);
}

/** Ends an evaluation without scores, for a reason of the platform's own words. */
export async function finishWithout(
  tx: Executor,
  row: store.EvaluationRow,
  end: { state: 'failed' | 'stopped'; code: string; cause: string | null; by?: string },
  engine: Engine,
): Promise<void> {
  const code = knownCode(end.code);
  const cause = end.cause === null ? null : knownCode(end.cause);
  const at = engine.kernel.clock.now();
  await store.finishWithout(tx, row.id, { state: end.state, code, cause, at });
  if (row.repeat_of === null) {
    const told = { state: 'failed' as const, reason: code, score: null };
    await tellFinished(tx, row, told, engine, end.by);
  } else {
    await tellRepeated(tx, row, 'failed', null, engine);
  }
  engine.countEnd(end.state);
  announce(tx, row, engine);
}

async function tellFinished(
  tx: Executor,
  row: store.EvaluationRow,
  end: { state: 'done' | 'failed'; reason: string | null; score: number | null },
  { kernel }: Engine,
  by?: string,
): Promise<void> {
  const body = { evaluationId: row.id, basis: row.basis, ...end };
  const draft = factOf(row, 'assurance.evaluation_finished');
  await kernel.facts.append(tx, { ...draft, actor: by ?? draft.actor, body });
}

async function tellRepeated(
  tx: Executor,
  row: store.EvaluationRow,
  outcome: store.RepeatOutcome,
  resultDigest: string | null,
  { kernel }: Engine,
): Promise<void> {
  const { repeat_of, environment_digest } = row;
  await kernel.facts.append(tx, {
    kind: 'assurance.evaluation_repeated',
    subject: repeat_of ?? row.id,
    actor: row.requested_by,
    body: {
      evaluationId: row.id,
      repeatOf: repeat_of,
      outcome,
      resultDigest,
      environmentDigest: environment_digest,
    },
  });
}

async function attest(
  tx: Executor,
  given: { row: store.EvaluationRow; original: store.EvaluationRow; resultDigest: string },
  { kernel }: Engine,
): Promise<void> {
  const { row, original, resultDigest } = given;
  const { score_fact_id, scores } = original;
  assert(score_fact_id && scores, `${original.id} has no score to attest`);
  const by = row.requested_by;
  const fact = await kernel.facts.append(tx, {
    kind: 'assurance.score_attested',
    subject: original.id,
    actor: by,
    body: {
      evaluationId: original.id,
      fact: score_fact_id,
      value: scores.score,
      scoreFactId: score_fact_id,
      score: scores.score,
      by,
      repeatedAs: row.id,
      resultDigest,
      environmentDigest: row.environment_digest,
    },
  });
  await store.recordAttestation(tx, original.id, { factId: fact.id, by });
}

function factOf({ id }: store.EvaluationRow, kind: string): Omit<FactDraft, 'body'> {
  return { kind, subject: id, actor: ownCall().principal.id };
}
