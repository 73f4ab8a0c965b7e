import { declareErrors } from '#kernel/errors.ts';

export const servingErrors = declareErrors('serving', {
  not_approved: {
    category: 'denied',
    message:
      'No approval stands for this program with this revision, environment and options. Ask for one first.',
  },
  environment_differs: {
    category: 'conflict',
    message:
      'The program was approved for the environment {approved}; this server has {here}. Have it evaluated and approved anew, or use a server with that environment.',
  },
  not_ready: {
    category: 'unavailable',
    message: 'The deployment is still starting. Try again in a few seconds.',
  },
  stopped: {
    category: 'conflict',
    message: 'The deployment was stopped. Read its page for the reason, and wait for the release.',
  },
  deployment_failed: {
    category: 'conflict',
    message: 'The deployment has failed ({reason}). Create another one.',
  },
  deployment_ended: {
    category: 'conflict',
    message: 'The deployment has ended. Create or choose another one.',
  },
  no_allowance: {
    category: 'conflict',
    message:
      'No prepaid calls are left for {rows} rows under any agreement of the caller. Add credit.',
  },
  caller_unknown: {
    category: 'denied',
    message: 'This account does not act for {callerId}. Name a party that it belongs to.',
  },
  request_differs: {
    category: 'conflict',
    message: 'The request {requestId} was answered with other rows. Use a new requestId.',
  },
  row_refused: {
    category: 'invalid',
    message: 'Row {index} cannot be asked: {problem}.',
  },
  columns_differ: {
    category: 'invalid',
    message: 'Every row of this session has the columns {columns}. Send just these.',
  },
  session_full: {
    category: 'conflict',
    message: 'The session has answered {rows} rows, the most there may be. Begin a new session.',
  },
  sessions_many: {
    category: 'limited',
    message: 'The caller has {count} sessions of this deployment already. Use one of them.',
  },
  busy: {
    category: 'limited',
    message: 'The server works at its limit of {limit}. Try again in a moment.',
  },
  program_failed: {
    category: 'conflict',
    message:
      'The program gave no answer ({reason}): {detail} Nothing was counted. Check the rows and send them again.',
  },
});
