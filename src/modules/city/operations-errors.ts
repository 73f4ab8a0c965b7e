import { declareErrors } from '#kernel/errors.ts';

/** What rules, incidents, commands and the map refuse. */
export const operationsErrors = declareErrors('city', {
  rule_invalid: {
    category: 'invalid',
    message: 'The rule does not fit: {problem}. Correct it and send it again.',
  },
  rule_changed: {
    category: 'conflict',
    message: 'Somebody else changed the rule (it is at version {version}). Read it again.',
  },
  rules_limit: {
    category: 'limited',
    message: 'The organisation has {limit} rules already. Pause and change one of them.',
  },
  dry_run_refused: {
    category: 'invalid',
    message:
      'A rule of a deployment is not run dry: each row would be a paid call and change the state of its session.',
  },
  incident_state: {
    category: 'conflict',
    message: 'The incident is {state} and does not take this step. Read it again.',
  },
  incident_open: {
    category: 'conflict',
    message: 'Another incident of this rule and thing is open: {incidentId}. Work on that one.',
  },
  command_beyond_limits: {
    category: 'denied',
    message: 'The command is beyond the limits of the thing: {problem}. It was not sent.',
  },
  command_limits_changed: {
    category: 'conflict',
    message: 'Somebody else changed the limits (they are at version {version}). Read them again.',
  },
  command_state: {
    category: 'conflict',
    message: 'The command is {state} and does not take this step. Read it again.',
  },
  command_person_needed: {
    category: 'denied',
    message: 'A person confirms commands, and here another one than proposed it. Ask a colleague.',
  },
  commands_waiting_limit: {
    category: 'limited',
    message: 'The thing has {limit} commands waiting already. Confirm or refuse some of them.',
  },
  acknowledgement_unknown: {
    category: 'missing',
    message: 'The thing has no such command, or it has ended otherwise.',
  },
});
