import type { Clock } from '#kernel/clock.ts';
import type { Executor } from '#kernel/db.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { partiesContract } from './contract.ts';
import { createParty, setMembership } from './create-party.ts';
import { errors } from './errors.ts';
import {
  deleteMembership,
  findParty,
  listMembers,
  lockMembers,
  type MembershipRole,
  updateParty,
} from './store.ts';
import { toParty } from './to-party.ts';

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'facts' | 'access'>;

/** Organisations and who belongs to them. An organisation keeps one administrator at least. */
export function createOrganisations(
  uses: Uses,
): Pick<
  Handlers<typeof partiesContract.operations>,
  | 'createOrganisation'
  | 'updateOrganisation'
  | 'createService'
  | 'listMembers'
  | 'changeMember'
  | 'removeMember'
  | 'leaveOrganisation'
> {
  const { db } = uses;

  /** Changes or ends (null) a membership that stands. */
  const change = (
    organisationId: string,
    partyId: string,
    role: MembershipRole | null,
    actor: string,
  ) =>
    db.transaction(async (tx) => {
      const members = await lockMembers(tx, organisationId);
      if (!members.has(partyId)) throw errors.make.not_a_member({ partyId });
      members.delete(partyId);
      if (role) members.set(partyId, role);
      if (![...members.values()].includes('administrator')) throw errors.make.last_administrator();
      if (role) await setMembership(tx, { organisationId, partyId, role }, actor, uses);
      else await endMembership(tx, { organisationId, partyId }, actor, uses);
      return {};
    });

  return {
    createOrganisation: ({ name, description }, { principal }) =>
      db.transaction(async (tx) => {
        const draft = { kind: 'organisation' as const, name, description };
        const organisation = await createParty(tx, draft, principal.id, uses);
        const membership = { organisationId: organisation.id, partyId: principal.id };
        await setMembership(tx, { ...membership, role: 'administrator' }, principal.id, uses);
        return toParty(organisation);
      }),
    updateOrganisation: ({ organisationId, name, description }) =>
      db.transaction(async (tx) => {
        await organisationOf(tx, organisationId);
        await updateParty(tx, organisationId, { name, description });
        return toParty(await organisationOf(tx, organisationId));
      }),
    createService: ({ organisationId, kind, name, description }, { principal }) =>
      db.transaction(async (tx) => {
        await organisationOf(tx, organisationId);
        const draft = { kind, name, description, organisationId };
        return toParty(await createParty(tx, draft, principal.id, uses));
      }),
    async listMembers({ organisationId, cursor, limit }) {
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listMembers(db.read, organisationId, cut);
      const page = toPage(rows, limit, ({ name, partyId }) => ({ key: name, id: partyId }));
      const items = page.items.map((row) => ({ ...row, joinedAt: row.joinedAt.toISOString() }));
      return { ...page, items, total };
    },
    changeMember: ({ organisationId, partyId, role }, { principal }) =>
      change(organisationId, partyId, role, principal.id),
    removeMember: ({ organisationId, partyId }, { principal }) =>
      change(organisationId, partyId, null, principal.id),
    leaveOrganisation: ({ organisationId }, { principal }) =>
      change(organisationId, principal.id, null, principal.id),
  };
}

/** The organisation with this id; `parties.not_an_organisation` for a party of another kind. */
export async function organisationOf(tx: Executor, partyId: string) {
  const party = await findParty(tx, partyId);
  if (party?.kind !== 'organisation') throw errors.make.not_an_organisation({ partyId });
  return party;
}

async function endMembership(
  tx: Executor,
  membership: { organisationId: string; partyId: string },
  actor: string,
  { facts }: { clock: Clock; facts: Kernel['facts'] },
): Promise<void> {
  await deleteMembership(tx, membership.organisationId, membership.partyId);
  await facts.append(tx, {
    kind: 'parties.membership_changed',
    subject: membership.organisationId,
    actor,
    body: { ...membership, role: null },
  });
}
