/**
 * The course of an evaluation: *waiting* until a job can be asked for, *predicting* (program and
 * features), *scoring* (scorer, predictions and labels), then *done*, *failed* or *stopped* for
 * good. A fault of the platform leads back to *waiting*, and the same phase is tried again. No I/O
 * here.
 */
export const evaluationStates = [
  'waiting',
  'predicting',
  'scoring',
  'done',
  'failed',
  'stopped',
] as const;
export type EvaluationState = (typeof evaluationStates)[number];

export const phases = ['predict', 'score'] as const;
export type Phase = (typeof phases)[number];

/** Where an evaluation stands. `attempt` counts those of the present phase, from 1. */
export type Standing = {
  state: EvaluationState;
  phase: Phase;
  attempt: number;
  /** The job whose end it waits for; null while it waits for none. */
  jobId: string | null;
};

/** How a job ended, as `compute.job_finished` says it. */
export type JobEnd = {
  jobId: string;
  state: 'done' | 'failed' | 'stopped';
  reason: string | null;
};

/** What is to be done next. */
export type Step =
  | { kind: 'score' }
  | { kind: 'read_scores' }
  | { kind: 'again'; afterSeconds: number }
  | { kind: 'end'; state: 'failed' | 'stopped'; code: string; cause: string | null };

export type Patience = {
  /** Attempts at one phase, the first included. */
  attemptsMax: number;
  /** Before the second attempt; it doubles with each. */
  retrySeconds: number;
};

/**
 * Ends of a job that are the platform's own faults and may go away: the phase is tried again, and
 * the evaluation costs nothing.
 */
export const retried: ReadonlySet<string> = new Set([
  'isolation_failed',
  'host_lost',
  'outputs_lost',
  'job_refused',
]);
const platformFaults: ReadonlySet<string> = new Set([
  ...retried,
  'environment_missing',
  'wait_limit',
]);

export function isFinal(state: EvaluationState): boolean {
  return state === 'done' || state === 'failed' || state === 'stopped';
}

/** What the end of a job leads to; null where nobody waits for that job, or no longer. */
export function stepAfterJob(standing: Standing, end: JobEnd, patience: Patience): Step | null {
  const { state, phase } = standing;
  if (state !== 'predicting' && state !== 'scoring') return null;
  if (standing.jobId !== end.jobId) return null;
  if (end.state === 'done')
    return phase === 'predict' ? { kind: 'score' } : { kind: 'read_scores' };
  const code = end.reason ?? 'isolation_failed';
  if (end.state === 'stopped' || code === 'cancelled') {
    return { kind: 'end', state: 'stopped', code: 'cancelled', cause: null };
  }
  // A scorer reads files of the platform's own making: what goes wrong there is no fault of the
  // program.
  if (phase === 'score' && !platformFaults.has(code)) {
    return { kind: 'end', state: 'failed', code: 'scoring_failed', cause: code };
  }
  return stepAfterFault(standing, code, patience);
}

/**
 * What a failure of the present phase leads to: another attempt where that may help, or the end.
 */
export function stepAfterFault(
  { attempt }: Pick<Standing, 'attempt'>,
  code: string,
  { attemptsMax, retrySeconds }: Patience,
): Step {
  return retried.has(code) && attempt < attemptsMax
    ? { kind: 'again', afterSeconds: retrySeconds * 2 ** (attempt - 1) }
    : { kind: 'end', state: 'failed', code, cause: null };
}

/** What becomes of an evaluation whose time in its present state is over. */
export function stepAtDeadline({ state }: Pick<Standing, 'state'>): 'ask_again' | 'overdue' | null {
  if (isFinal(state)) return null;
  return state === 'waiting' ? 'ask_again' : 'overdue';
}
