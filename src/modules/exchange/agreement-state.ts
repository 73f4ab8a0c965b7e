/**
 * Where an agreement stands. Only an `active` one carries a grant. `ended` is for good; of the
 * others `suspended` and `exhausted` may become active again.
 */
export const agreementStates = [
  'draft',
  'signed_by_buyer',
  'active',
  'suspended',
  'exhausted',
  'ended',
] as const;
export type AgreementState = (typeof agreementStates)[number];

/** Why an agreement is not active any more. */
export const stateReasons = [
  'approval_withdrawn',
  'credit_used_up',
  'ended_by_buyer',
  'ended_by_seller',
  'expired',
] as const;
export type StateReason = (typeof stateReasons)[number];

/** Credit has come in and has not all been settled or returned. Pure. */
export function hasBegun(state: AgreementState): boolean {
  return state !== 'draft' && state !== 'signed_by_buyer';
}

/** It can be used now, or may be again. Pure. */
export function isRunning(state: AgreementState): boolean {
  return hasBegun(state) && state !== 'ended';
}
