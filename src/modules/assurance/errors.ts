import { declareErrors } from '#kernel/errors.ts';

export const assuranceErrors = declareErrors('assurance', {
  not_done: {
    category: 'conflict',
    message: 'The evaluation is {state} and has no score. Wait for one that is done.',
  },
  is_repeat: {
    category: 'conflict',
    message: 'This evaluation repeats {evaluationId}. Act on that one.',
  },
  sealed: {
    category: 'conflict',
    message:
      'Results on this hidden data are sealed while its call is open. Wait until it has closed.',
  },
  repeat_running: {
    category: 'conflict',
    message: 'The repeat {evaluationId} is still running. Wait for its outcome.',
  },
  recused: {
    category: 'denied',
    message: 'Your organisation owns the program or the data. Somebody independent must attest.',
  },
  log_withheld: {
    category: 'denied',
    message:
      'On hidden data no log leaves, for data could be written into it. Read reason and counters.',
  },
  log_missing: {
    category: 'missing',
    message: 'There is no log of the phase {phase}: none was kept, or the job has not ended.',
  },
  predictions_withheld: {
    category: 'denied',
    message: 'Only the owner of the hidden data sees predictions on it, until it discloses them.',
  },
  predictions_missing: {
    category: 'missing',
    message: 'The evaluation has no predictions. Its state says why.',
  },
  too_large_to_disclose: {
    category: 'invalid',
    message: 'Predictions or labels are larger than {limitBytes} bytes: no file can hold them.',
  },
  already_revoked: {
    category: 'conflict',
    message: 'The certificate was revoked at {revokedAt}. Read it again.',
  },
  suite_invalid: {
    category: 'invalid',
    message: 'The suite cannot be used: {where}: {problem}. Correct it and publish a revision.',
  },
  suite_too_large: {
    category: 'invalid',
    message: 'The suite has more than {limit} {what}. Publish a smaller one.',
  },
  trial_without_task: {
    category: 'invalid',
    message: 'The trial answers no task-level calls. Choose one that serves a task.json.',
  },
  trial_not_open: {
    category: 'conflict',
    message: 'The trial is {state}. Choose one that is open.',
  },
  task_differs: {
    category: 'invalid',
    message: 'The suite is for {suiteTask}, and the trial does {task}. Choose another suite.',
  },
  measurements_many: {
    category: 'limited',
    message: 'The owner has {count} measurements waiting already. Wait for them, or stop some.',
  },
  case_missing: {
    category: 'missing',
    message: 'The measurement has no case {place} yet.',
  },
});
