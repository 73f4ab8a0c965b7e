import type { Outputs } from '#web/contracts.ts';
import type { State } from '#web/ui/state-tag.tsx';

export type Evaluation = Outputs['assurance']['getEvaluation'];

/** The mark of an evaluation's state among those that the portal has. */
export function markOf(state: Evaluation['state']): State {
  return state === 'predicting' || state === 'scoring' ? 'running' : state;
}

/** How the two jobs of an evaluation stand. Pure. */
export function stepStates({ state, phase }: Pick<Evaluation, 'state' | 'phase'>): {
  predict: State;
  score: State;
} {
  const mark = markOf(state);
  if (state === 'done') return { predict: 'done', score: 'done' };
  return phase === 'predict' ? { predict: mark, score: 'draft' } : { predict: 'done', score: mark };
}

/** What checking its evidence proves of the score. */
export function levelOf(evaluation: Pick<Evaluation, 'disclosedAt' | 'attestedFactId'>) {
  if (evaluation.disclosedAt !== null) return 'recomputed';
  return evaluation.attestedFactId === null ? 'included' : 'attested';
}
