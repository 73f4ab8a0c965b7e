import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { handleFromName, plainHandle } from './handle.ts';
import { insertParty, type PartyKind, type PartyRow, upsertMembership } from './store.ts';

type Uses = Pick<Kernel, 'clock' | 'ids' | 'facts' | 'access'>;

/** Who may read a party without a grant: organisations are in the public directory. */
const audiences = {
  organisation: 'public',
  person: 'members',
  service: 'owner',
  device: 'owner',
} as const;

/**
 * Creates a party in the caller's transaction: its row, its resource and its fact. A service or device
 * becomes a member of its organisation, which owns it; every other party owns itself.
 */
export async function createParty(
  tx: Executor,
  draft: {
    kind: PartyKind;
    name: string;
    handle?: string;
    description?: string;
    organisationId?: string;
  },
  actor: string | null,
  { clock, ids, facts, access }: Uses,
): Promise<PartyRow> {
  const id = ids('party');
  const createdAt = clock.now();
  const { kind, name, description = '', organisationId = null } = draft;
  const plain = plainHandle(kind, id);
  const named = kind === 'organisation' ? handleFromName(name) : null;
  const handle = draft.handle ?? named ?? plain;
  let row = { id, kind, name, handle, description, organisationId, createdAt, suspendedAt: null };
  if (!(await insertParty(tx, row))) {
    row = { ...row, handle: plain };
    await insertParty(tx, row);
  }
  await access.register(tx, {
    type: 'party',
    id,
    owner: organisationId ?? id,
    audience: audiences[kind],
  });
  const body = { partyId: id, kind };
  const who = actor ?? id;
  await facts.append(tx, { kind: 'parties.party_created', subject: id, actor: who, body });
  if (organisationId !== null) {
    await setMembership(tx, { organisationId, partyId: id, role: 'member' }, who, { clock, facts });
  }
  return row;
}

/** Gives a party its place in an organisation, and says so. */
export async function setMembership(
  tx: Executor,
  membership: { organisationId: string; partyId: string; role: 'administrator' | 'member' },
  actor: string,
  { clock, facts }: Pick<Uses, 'clock' | 'facts'>,
): Promise<void> {
  await upsertMembership(tx, { ...membership, joinedAt: clock.now() });
  await facts.append(tx, {
    kind: 'parties.membership_changed',
    subject: membership.organisationId,
    actor,
    body: membership,
  });
}
