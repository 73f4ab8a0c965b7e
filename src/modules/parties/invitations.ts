import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import { hashSecret } from './bearer-key.ts';
import type { partiesContract } from './contract.ts';
import { setMembership } from './create-party.ts';
import { errors } from './errors.ts';
import { organisationOf } from './organisations.ts';
import {
  findParty,
  type InvitationRow,
  insertInvitation,
  listInvitations,
  lockMembers,
  takeInvitation,
} from './store.ts';

const INVITATION_DAYS = 14;

/**
 * Invitations, to a person who has an account or to whoever is handed a token. Mail addresses are not
 * verified here, so an address alone never lets anybody in.
 */
export function createInvitations(
  uses: Pick<Kernel, 'db' | 'clock' | 'ids' | 'random' | 'facts'>,
): Pick<
  Handlers<typeof partiesContract.operations>,
  'inviteMember' | 'listInvitations' | 'acceptInvitation'
> {
  const { db, clock, ids, random } = uses;
  return {
    inviteMember: ({ organisationId, partyId, role }, { principal }) =>
      db.transaction(async (tx) => {
        const organisation = await organisationOf(tx, organisationId);
        if (partyId !== undefined) {
          const person = await findParty(tx, partyId);
          if (person?.kind !== 'person') throw errors.make.not_a_person({ partyId });
          const members = await lockMembers(tx, organisationId);
          if (members.has(partyId)) throw errors.make.member_already({ partyId });
        }
        const now = clock.now();
        const token = partyId === undefined ? Buffer.from(random(24)).toString('base64url') : null;
        const row = {
          id: ids('invitation'),
          organisationId,
          role,
          partyId: partyId ?? null,
          tokenHash: token === null ? null : hashSecret(token),
          invitedBy: principal.id,
          createdAt: now,
          expiresAt: new Date(now.getTime() + INVITATION_DAYS * 86_400_000),
        };
        await insertInvitation(tx, row);
        return { ...toInvitation({ ...row, organisationName: organisation.name }), token };
      }),
    async listInvitations({ cursor, limit }, { principal }) {
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listInvitations(db.read, principal.id, clock.now(), cut);
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total, items: page.items.map(toInvitation) };
    },
    acceptInvitation: ({ invitationId, token }, { principal }) =>
      db.transaction(async (tx) => {
        const by = { partyId: principal.id, now: clock.now() };
        const which =
          token !== undefined
            ? { tokenHash: hashSecret(token) }
            : invitationId !== undefined
              ? { invitationId, partyId: principal.id }
              : null;
        const taken = which && (await takeInvitation(tx, which, by));
        if (!taken || principal.kind !== 'person') throw errors.make.invitation_unknown();
        const { organisationId, organisationName, role } = taken;
        const members = await lockMembers(tx, organisationId);
        if (members.has(principal.id)) {
          throw errors.make.member_already({ partyId: principal.id });
        }
        await setMembership(
          tx,
          { organisationId, partyId: principal.id, role },
          principal.id,
          uses,
        );
        return { organisationId, organisationName, role };
      }),
  };
}

function toInvitation({ id, organisationId, organisationName, role, expiresAt }: InvitationRow) {
  return { id, organisationId, organisationName, role, expiresAt: expiresAt.toISOString() };
}
