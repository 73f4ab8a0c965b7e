import type { PartyKind } from './store.ts';

const prefixes: Record<PartyKind, string> = {
  organisation: 'org-',
  person: 'u-',
  service: 'service-',
  device: 'device-',
};

/** The handle of a party that chose none: the last ten places of its id, which are random. */
export function plainHandle(kind: PartyKind, partyId: string): string {
  return prefixes[kind] + partyId.slice(-10);
}

/**
 * A handle from the name of an organisation: its ASCII letters and digits, the rest as hyphens. Null where
 * they make no word of two to forty characters. Organisations only: handles are public, names of others
 * are not.
 */
export function handleFromName(name: string): string | null {
  const handle = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return /^[a-z][a-z0-9-]{1,39}$/.test(handle) && !/^(org|u|service|device|party)-/.test(handle)
    ? handle
    : null;
}
