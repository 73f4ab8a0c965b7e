import { declareErrors } from '#kernel/errors.ts';

export const errors = declareErrors('parties', {
  key_refused: {
    category: 'unauthenticated',
    message: 'The API key is unknown, expired or revoked. Create another and send that.',
  },
  key_loopback_only: {
    category: 'unauthenticated',
    message:
      "The operator's key works only while the platform listens on loopback. Use an API key instead.",
  },
  wrong_password: {
    category: 'unauthenticated',
    message:
      'The mail address or the password is wrong. Try again, or ask for a one-time password.',
  },
  code_refused: {
    category: 'unauthenticated',
    message: 'The code is wrong or too old. Take the present one, or a recovery code.',
  },
  password_unfit: {
    category: 'invalid',
    message: 'The new password must have 10 to 128 characters.',
  },
  suspended: {
    category: 'denied',
    message: 'This account is suspended. Ask the security administrator of the platform.',
  },
  not_delegated: {
    category: 'denied',
    message: 'No delegation lets this account act for {partyId} now. Ask that party for one.',
  },
  email_taken: {
    category: 'conflict',
    message: 'There is an account with this mail address already. Sign in with it.',
  },
  handle_taken: {
    category: 'conflict',
    message: 'Another party has the handle {handle}. Choose another one.',
  },
  registration_closed: {
    category: 'denied',
    message: 'Accounts are opened by invitation here. Ask an organisation for one.',
  },
  invitation_unknown: {
    category: 'missing',
    message: 'The invitation is unknown, used or too old. Ask for another.',
  },
  not_an_organisation: {
    category: 'invalid',
    message: '{partyId} is not an organisation. Name an organisation.',
  },
  not_a_person: {
    category: 'invalid',
    message: '{partyId} is not a person with an account. Name a person.',
  },
  not_a_member: {
    category: 'missing',
    message: '{partyId} is not a member of the organisation.',
  },
  member_already: {
    category: 'conflict',
    message: '{partyId} is a member of the organisation already.',
  },
  last_administrator: {
    category: 'conflict',
    message: 'An organisation keeps one administrator. Appoint another one first.',
  },
  role_held: {
    category: 'conflict',
    message: '{partyId} holds the role {role} already.',
  },
  role_not_held: {
    category: 'missing',
    message: '{partyId} does not hold the role {role}.',
  },
  roles_apart: {
    category: 'conflict',
    message:
      'System, security and audit administration are kept by different persons. Choose another one.',
  },
  role_first_only: {
    category: 'denied',
    message:
      'The operator appoints the first holder of a role only. Ask the security administrator.',
  },
  role_of_oneself: {
    category: 'denied',
    message: 'Nobody appoints or dismisses himself. Ask another security administrator.',
  },
  delegation_unfit: {
    category: 'invalid',
    message: 'The delegation does not fit: {problem}.',
  },
  delegation_unknown: {
    category: 'missing',
    message: 'There is no such delegation in force.',
  },
  persona_unknown: {
    category: 'missing',
    message: 'There is no demonstration role {persona} here. Sign in with an account.',
  },
  keys_unfit: {
    category: 'invalid',
    message: 'Only persons, services and devices have API keys. Create a service first.',
  },
  key_unfit: {
    category: 'invalid',
    message: 'The API key does not fit: {problem}.',
  },
  key_unknown: {
    category: 'missing',
    message: 'There is no such API key in force.',
  },
});
