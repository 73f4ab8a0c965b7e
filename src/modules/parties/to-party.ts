import type { PartyRow } from './store.ts';

/** A party as the contract shows it. */
export function toParty({ suspendedAt, createdAt, ...row }: PartyRow) {
  return { ...row, createdAt: createdAt.toISOString(), suspended: suspendedAt !== null };
}
