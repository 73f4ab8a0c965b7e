import { declareErrors } from '#kernel/errors.ts';

export const scenariosErrors = declareErrors('scenarios', {
  changed: {
    category: 'conflict',
    message: 'Somebody else has changed it meanwhile. Read it again and repeat the change.',
  },
  call_frozen: {
    category: 'conflict',
    message:
      'The call is {state}: what it says is frozen. Stop it and open another to change its terms.',
  },
  call_state: {
    category: 'conflict',
    message: 'The call is {state}, which does not allow this. Read the call again.',
  },
  call_incomplete: {
    category: 'invalid',
    message: 'The call cannot be published yet: {problem}. Complete it and publish it again.',
  },
  revision_unusable: {
    category: 'invalid',
    message: '{part} cannot be used: {problem}. Choose another revision or file.',
  },
  team_name_taken: {
    category: 'conflict',
    message: 'Another team of this call has the name {name}. Choose another.',
  },
  team_exists: {
    category: 'conflict',
    message: 'The organisation takes part already, as {name}. Submit for that team.',
  },
  owner_competes: {
    category: 'denied',
    message: 'The owner of a call takes no part in it. Submit a baseline instead.',
  },
  team_submitted: {
    category: 'conflict',
    message: 'The team has submitted before; what it submitted stays, and so does the team.',
  },
  attempts_day: {
    category: 'limited',
    message: 'The team has used its {limit} submissions of today. Submit again after {resetsAt}.',
  },
  attempts_all: {
    category: 'limited',
    message: 'The team has used all its {limit} submissions to this call.',
  },
  key_reused: {
    category: 'conflict',
    message: 'The key {key} was used for another submission. Use a new key for a new submission.',
  },
  entry_unclear: {
    category: 'invalid',
    message: 'Which file to run is unclear: {problem}. Name it in "entry".',
  },
  evidence_waiting: {
    category: 'unavailable',
    message: 'The witness has not confirmed the ledger this far yet. Try again in a few seconds.',
  },
  evidence_before_close: {
    category: 'conflict',
    message: 'The leaderboard can be verified once the call has closed and all is evaluated.',
  },
});
