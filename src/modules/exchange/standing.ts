import type { Principal } from '#kernel/principal.ts';

/** Whether the principal is the party, or administers it. Pure. */
export function administers(principal: Principal, partyId: string): boolean {
  return (
    principal.id === partyId ||
    principal.memberships.some(
      ({ organisation, role }) => organisation === partyId && role === 'administrator',
    )
  );
}

/** Whether the principal is the party, or belongs to it. Pure. */
export function belongsTo(principal: Principal, partyId: string): boolean {
  return (
    principal.id === partyId ||
    principal.memberships.some(({ organisation }) => organisation === partyId)
  );
}
