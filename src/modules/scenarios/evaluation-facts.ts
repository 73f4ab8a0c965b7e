import type * as z from 'zod';
import { assuranceContract } from '#contract/assurance';
import type { Executor } from '#kernel/db.ts';
import type { Fact } from '#kernel/facts.ts';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import { serviceCall } from '#kernel/principal.ts';
import { endSubmission } from './end-submission.ts';
import type { Uses } from './module-uses.ts';
import { announce } from './receive-submission.ts';
import * as submissions from './submission-store.ts';

const recorded = assuranceContract.facts['assurance.score_recorded'];
const finished = assuranceContract.facts['assurance.evaluation_finished'];

/** A score as it was recorded, with all that it rests on. */
export type ScoreBody = z.output<typeof recorded>;

/** Takes up what the module assurance announces of evaluations that submissions wait for. */
export function evaluationSubscription(uses: Uses): Subscription {
  return {
    name: 'scenarios.evaluations',
    kinds: ['assurance.score_recorded', 'assurance.evaluation_finished'],
    handle: (fact, tx) =>
      fact.kind === 'assurance.score_recorded'
        ? takeScore(tx, fact, uses)
        : takeEnd(tx, fact, uses),
  };
}

async function takeScore(tx: Executor, fact: Fact, uses: Uses): Promise<void> {
  const score = recorded.parse(fact.body);
  const evaluation = await submissions.readEvaluation(tx, score.evaluationId);
  if (evaluation?.state !== 'running') return;
  await submissions.recordScore(tx, { evaluationId: score.evaluationId, score, factId: fact.id });
  await tellPages(tx, evaluation.submission_id, uses);
}

async function takeEnd(tx: Executor, fact: Fact, uses: Uses): Promise<void> {
  const { evaluationId, state, reason } = finished.parse(fact.body);
  const evaluation = await submissions.readEvaluation(tx, evaluationId);
  if (evaluation?.state !== 'running') return;
  const at = new Date(fact.time);
  await submissions.finishEvaluation(tx, { evaluationId, state, reason, at });
  await tellPages(tx, evaluation.submission_id, uses);
  // Hidden data decide, and at once; the public evaluation only shows its logs and score beside it.
  if (evaluation.dataset_kind === 'public') return;
  const scored = state === 'done' && evaluation.score !== null;
  const call = serviceCall('scenarios', new AbortController().signal);
  const why = scored ? null : (reason ?? 'scoring_failed');
  await endSubmission(tx, evaluation.submission_id, why, uses, call);
}

async function tellPages(tx: Executor, submissionId: string, uses: Uses): Promise<void> {
  const row = await submissions.readSubmission(tx, submissionId);
  if (row) announce(tx, row.call_id, submissionId, uses);
}
