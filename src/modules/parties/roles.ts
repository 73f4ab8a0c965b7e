import type { Executor } from '#kernel/db.ts';
import { sqlState } from '#kernel/db.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { PlatformRole, Principal } from '#kernel/principal.ts';
import type { partiesContract } from './contract.ts';
import { digestOf } from './digest-of.ts';
import { errors } from './errors.ts';
import type { SecurityEvents } from './events.ts';
import { endRole, findParty, insertRole, listRoles, roleWasHeld } from './store.ts';

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'facts'> & { events: SecurityEvents };

/**
 * Roles of the platform. The security administrator appoints and dismisses; the operator, who comes
 * first, appoints the first holder of each role. Nobody appoints or dismisses himself.
 */
export function createRoles(
  uses: Uses,
): Pick<Handlers<typeof partiesContract.operations>, 'listRoles' | 'appointRole' | 'dismissRole'> {
  const { db, clock, facts, events } = uses;
  return {
    async listRoles({ role, cursor, limit }) {
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listRoles(db.read, role, cut);
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      const items = page.items.map(({ id: _, ...row }) => ({
        ...row,
        appointedAt: row.appointedAt.toISOString(),
      }));
      return { ...page, total, items };
    },
    async appointRole({ partyId, role, reason }, { principal }) {
      if (partyId === principal.id) throw errors.make.role_of_oneself();
      await db.transaction(async (tx) => {
        await checkAppointer(tx, role, principal, db);
        const party = await findParty(tx, partyId);
        if (party?.kind !== 'person') throw errors.make.not_a_person({ partyId });
        await appoint(tx, { partyId, role, reason, actor: principal.id }, uses);
      });
      return {};
    },
    async dismissRole({ partyId, role, reason }, { principal }) {
      if (partyId === principal.id) throw errors.make.role_of_oneself();
      if (!principal.roles.includes('security_administrator')) {
        throw errors.make.role_first_only();
      }
      await db.transaction(async (tx) => {
        const by = { partyId: principal.id, reason, now: clock.now() };
        const ended = await endRole(tx, { partyId, role }, by);
        if (!ended) throw errors.make.role_not_held({ partyId, role });
        await facts.append(tx, {
          kind: 'parties.role_dismissed',
          subject: partyId,
          actor: principal.id,
          body: { partyId, role, reasonDigest: digestOf(reason) },
        });
        const detail = { role, reason };
        await events(tx, { kind: 'role_dismissed', partyId, actor: principal.id, detail });
      });
      return {};
    },
  };
}

async function checkAppointer(
  tx: Executor,
  role: PlatformRole,
  principal: Principal,
  db: Kernel['db'],
): Promise<void> {
  if (principal.roles.includes('security_administrator')) return;
  // Two first appointments at once would both find nobody.
  if (!(await db.tryLock(tx, `parties.first ${role}`))) throw errors.make.role_first_only();
  if (await roleWasHeld(tx, role)) throw errors.make.role_first_only();
}

/** Writes the appointment; the database keeps the three administrations apart. */
export async function appoint(
  tx: Executor,
  draft: { partyId: string; role: PlatformRole; reason: string; actor: string },
  { clock, ids, facts, events }: Omit<Uses, 'db'>,
): Promise<void> {
  const { partyId, role, reason, actor } = draft;
  const row = { partyId, role, reason, appointedBy: actor, appointedAt: clock.now() };
  await insertRole(tx, { id: ids('role'), ...row }).catch((error: unknown) => {
    if (sqlState(error) !== '23505') throw error;
    throw constraintOf(error) === 'parties_roles_apart'
      ? errors.make.roles_apart({}, { cause: error })
      : errors.make.role_held({ partyId, role }, { cause: error });
  });
  await facts.append(tx, {
    kind: 'parties.role_appointed',
    subject: partyId,
    actor,
    body: { partyId, role, reasonDigest: digestOf(reason) },
  });
  await events(tx, { kind: 'role_appointed', partyId, actor, detail: { role, reason } });
}

function constraintOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'constraint' in error
    ? String(error.constraint)
    : '';
}
