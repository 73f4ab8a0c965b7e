import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isFinal,
  type JobEnd,
  type Patience,
  type Standing,
  type Step,
  stepAfterJob,
  stepAtDeadline,
} from './evaluation-state.ts';

const patience: Patience = { attemptsMax: 3, retrySeconds: 2 };
const predicting: Standing = { state: 'predicting', phase: 'predict', attempt: 1, jobId: 'job_1' };
const scoring: Standing = { state: 'scoring', phase: 'score', attempt: 1, jobId: 'job_1' };
const ended = (more: Partial<JobEnd>): JobEnd => ({
  jobId: 'job_1',
  state: 'failed',
  reason: null,
  ...more,
});

/** As the module does: what each step makes of a standing. `n` numbers the jobs. */
function take(standing: Standing, step: Step | null, n: number): Standing {
  if (!step) return standing;
  if (step.kind === 'score') {
    return { state: 'scoring', phase: 'score', attempt: 1, jobId: `job_${n}` };
  }
  if (step.kind === 'read_scores') return { ...standing, state: 'done', jobId: null };
  if (step.kind === 'again') {
    return { ...standing, state: 'waiting', attempt: standing.attempt + 1, jobId: null };
  }
  return { ...standing, state: step.state, jobId: null };
}

const reasons = ['isolation_failed', 'host_lost', 'program_error', 'time_limit', 'cancelled', null];
const event = fc.oneof(
  fc.record({
    kind: fc.constant('job' as const),
    // Which of the jobs so far: the one it waits for, or an earlier one.
    back: fc.nat(3),
    state: fc.constantFrom('done' as const, 'failed' as const, 'stopped' as const),
    reason: fc.constantFrom(...reasons),
  }),
  fc.record({ kind: fc.constant('deadline' as const) }),
);

describe('the course of an evaluation', () => {
  it('never leaves its end, never tries more often than allowed, never skips predicting', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let jobs = 1;
        let standing = predicting;
        let predicted = false;
        for (const each of events) {
          const before = standing;
          if (each.kind === 'deadline') {
            const step = stepAtDeadline(standing);
            if (step === 'overdue') standing = { ...standing, state: 'failed', jobId: null };
            if (step === 'ask_again') {
              jobs += 1;
              const state = standing.phase === 'predict' ? 'predicting' : 'scoring';
              standing = { ...standing, state, jobId: `job_${jobs}` };
            }
          } else {
            const end = { ...each, jobId: `job_${jobs - each.back}` };
            const step = stepAfterJob(standing, end, patience);
            if (each.back > 0) expect(step).toBeNull();
            if (step?.kind === 'score') {
              predicted = true;
              jobs += 1;
            }
            standing = take(standing, step, jobs);
          }
          if (isFinal(before.state)) expect(standing).toEqual(before);
          if (standing.state === 'scoring') expect(predicted).toBe(true);
          expect(standing.attempt).toBeLessThanOrEqual(patience.attemptsMax);
          const awaits = standing.state === 'predicting' || standing.state === 'scoring';
          expect(standing.jobId !== null).toBe(awaits);
        }
      }),
    );
  });

  it('moves on once by one end of a job, however often it comes', () => {
    const end = ended({ state: 'done' });
    const next = take(predicting, stepAfterJob(predicting, end, patience), 2);
    expect(next).toMatchObject({ state: 'scoring', jobId: 'job_2' });
    expect(stepAfterJob(next, end, patience)).toBeNull();
  });

  it('tries again after faults of the platform, later each time, and then gives up', () => {
    const end = ended({ reason: 'isolation_failed' });
    const steps = [1, 2, 3].map((attempt) => stepAfterJob({ ...scoring, attempt }, end, patience));
    expect(steps).toEqual([
      { kind: 'again', afterSeconds: 2 },
      { kind: 'again', afterSeconds: 4 },
      { kind: 'end', state: 'failed', code: 'isolation_failed', cause: null },
    ]);
  });

  it('blames a program for its own end only, never for that of the scorer', () => {
    const end = ended({ reason: 'time_limit' });
    expect(stepAfterJob(predicting, end, patience)).toMatchObject({ code: 'time_limit' });
    expect(stepAfterJob(scoring, end, patience)).toMatchObject({
      code: 'scoring_failed',
      cause: 'time_limit',
    });
  });
});
