import { sql } from 'kysely';
import { sqlState } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { partiesContract } from './contract.ts';
import { errors } from './errors.ts';
import type { SecurityEvents } from './events.ts';
import { findParties, findParty, listParties, updateHandle } from './store.ts';
import { findAccount } from './store-accounts.ts';
import { toParty } from './to-party.ts';

/** Who is signed in, and who else there is. */
export function createDirectory(
  uses: Pick<Kernel, 'db' | 'access'> & { events: SecurityEvents },
): Pick<
  Handlers<typeof partiesContract.operations>,
  'me' | 'listParties' | 'getParty' | 'setHandle'
> {
  const { db, access, events } = uses;
  return {
    async me(_input, { principal }) {
      const organisationIds = principal.memberships.map(({ organisation }) => organisation);
      const stranger = principal.kind === 'stranger';
      const account = stranger ? null : await findAccount(db.read, principal.id);
      const organisations = stranger ? [] : await findParties(db.read, organisationIds);
      const names = new Map(organisations.map(({ id, name }) => [id, name]));
      return {
        id: principal.id,
        kind: principal.kind,
        name: principal.name,
        memberships: principal.memberships.map(({ organisation, role }) => ({
          organisationId: organisation,
          organisationName: names.get(organisation) ?? organisation,
          role,
        })),
        roles: [...principal.roles],
        onBehalfOf: principal.onBehalfOf ?? null,
        email: account?.email ?? null,
        secondFactor: account?.secondFactor ?? false,
        mustChangePassword: account?.mustChangePassword ?? false,
      };
    },
    async listParties({ query, kind, cursor, limit }, { principal }) {
      const idColumn = sql.ref('parties_parties.id');
      const visible = access.visible(principal, 'parties.party.read', idColumn);
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listParties(db.read, { visible, query, kind }, cut);
      const page = toPage(rows, limit, ({ name, id }) => ({ key: name, id }));
      return { ...page, total, items: page.items.map(toParty) };
    },
    async getParty({ partyId }) {
      const party = await findParty(db.read, partyId);
      if (!party) throw kernelErrors.make.missing({ id: partyId });
      return toParty(party);
    },
    async setHandle({ partyId, handle }, { principal }) {
      try {
        return await db.transaction(async (tx) => {
          const party = await findParty(tx, partyId);
          if (!party) throw kernelErrors.make.missing({ id: partyId });
          if (party.handle !== handle) {
            await updateHandle(tx, partyId, handle);
            const detail = { before: party.handle, handle };
            await events(tx, { kind: 'handle_changed', partyId, actor: principal.id, detail });
          }
          return toParty({ ...party, handle });
        });
      } catch (error) {
        if (sqlState(error) !== '23505') throw error;
        throw errors.make.handle_taken({ handle }, { cause: error });
      }
    },
  };
}
