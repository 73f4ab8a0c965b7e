import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import type { Engine } from './engine.ts';
import { assuranceErrors } from './errors.ts';
import { evaluateAgain } from './evaluate.ts';
import { isFinal } from './evaluation-state.ts';
import { isInterested } from './read-evaluations.ts';
import * as store from './store.ts';

/**
 * Runs the same inputs again in the name of the caller. The outcome is announced as a fact; with
 * `attests`, an equal one attests the score. Throws `assurance.not_done`, `assurance.is_repeat`,
 * `assurance.repeat_running` and, for attestations, `assurance.recused`.
 */
export function repeatEvaluation(
  input: { evaluationId: string; attests: boolean },
  engine: Engine,
  call: Call,
): Promise<{ evaluationId: string }> {
  const { kernel } = engine;
  const { evaluationId, attests } = input;
  return kernel.db.transaction(async (tx) => {
    const row = await store.readEvaluation(tx, evaluationId, { lock: true });
    if (!row) throw kernelErrors.make.missing({ id: evaluationId });
    const { repeat_of: repeatOf, state } = row;
    if (repeatOf) throw assuranceErrors.make.is_repeat({ evaluationId: repeatOf });
    if (state !== 'done') throw assuranceErrors.make.not_done({ state });
    if (attests && isInterested(row, call)) throw assuranceErrors.make.recused();
    const [latest] = await store.repeatsOf(tx, evaluationId, 1);
    if (latest && !isFinal(latest.state)) {
      throw assuranceErrors.make.repeat_running({ evaluationId: latest.id });
    }
    const repeating = { repeatOf: evaluationId, attests };
    return { evaluationId: await evaluateAgain(tx, row, repeating, engine, call) };
  });
}
