import { declareErrors } from '#kernel/errors.ts';

export const governanceErrors = declareErrors('governance', {
  certificate_invalid: {
    category: 'conflict',
    message: 'The certificate is {state}: nothing rests on it. Have the program evaluated again.',
  },
  prohibited_use: {
    category: 'denied',
    message: 'This use is prohibited ({rules}). No approval can be requested for it.',
  },
  automation_exceeded: {
    category: 'invalid',
    message:
      'The answer sheet says {assessed}; the request asks for {requested}. Assess the wider use first.',
  },
  approval_exists: {
    category: 'conflict',
    message: 'The approval {approvalId} is {state} on other terms. Withdraw it, or wait for it.',
  },
  approval_state: {
    category: 'conflict',
    message: 'The approval is {state}, which does not allow this. Read it again.',
  },
  not_stopped: {
    category: 'conflict',
    message: 'Nothing has stopped it. Read the list of stops again.',
  },
  not_approved: {
    category: 'conflict',
    message:
      'No approval stands for this program any more, so it stays stopped. Ask for a new one.',
  },
  thresholds_invalid: {
    category: 'invalid',
    message: 'The thresholds do not fit: {problem}. Correct them and send them again.',
  },
});
