import type { Executor } from '#kernel/db.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Auth } from './auth.ts';
import type { partiesContract } from './contract.ts';
import { digestOf } from './digest-of.ts';
import { errors } from './errors.ts';
import type { SecurityEvents } from './events.ts';
import { makeOneTimePassword } from './one-time-password.ts';
import { findParty, setSuspended } from './store.ts';
import { deleteSessions, findAccount, listEvents, replacePassword } from './store-accounts.ts';

type Uses = Pick<Kernel, 'db' | 'clock' | 'random' | 'facts'> & {
  auth: Auth;
  events: SecurityEvents;
};

/** What security administration does with accounts, and what audit administration reads of them. */
export function createAccounts(
  uses: Uses,
): Pick<
  Handlers<typeof partiesContract.operations>,
  'suspendParty' | 'restoreParty' | 'issuePassword' | 'listSecurityEvents'
> {
  const { db, clock, random, facts, events, auth } = uses;

  const setState = async (
    tx: Executor,
    { partyId, reason, actor }: { partyId: string; reason: string; actor: string },
    state: 'suspended' | 'restored',
  ) => {
    const party = await findParty(tx, partyId);
    if (!party || party.kind === 'organisation') throw errors.make.not_a_person({ partyId });
    const changed = await setSuspended(tx, partyId, state === 'suspended' ? clock.now() : null);
    if (!changed) return;
    await deleteSessions(tx, partyId);
    const body = { partyId, reasonDigest: digestOf(reason) };
    await facts.append(tx, { kind: `parties.party_${state}`, subject: partyId, actor, body });
    await events(tx, { kind: state, partyId, actor, detail: { reason } });
  };

  return {
    async suspendParty({ partyId, reason }, { principal }) {
      const asked = { partyId, reason, actor: principal.id };
      await db.transaction((tx) => setState(tx, asked, 'suspended'));
      return {};
    },
    async restoreParty({ partyId, reason }, { principal }) {
      const asked = { partyId, reason, actor: principal.id };
      await db.transaction((tx) => setState(tx, asked, 'restored'));
      return {};
    },
    async issuePassword({ partyId, reason }, { principal }) {
      const password = makeOneTimePassword(random);
      const hash = await (await auth.$context).password.hash(password);
      await db.transaction(async (tx) => {
        if (!(await findAccount(tx, partyId))) throw errors.make.not_a_person({ partyId });
        await replacePassword(tx, partyId, hash, clock.now());
        const detail = { reason };
        await events(tx, { kind: 'password_issued', partyId, actor: principal.id, detail });
      });
      return { password };
    },
    async listSecurityEvents({ partyId, kind, cursor, limit }) {
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listEvents(db.read, { partyId, kind }, cut);
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      const items = page.items.map((row) => ({ ...row, happenedAt: row.happenedAt.toISOString() }));
      return { ...page, total, items };
    },
  };
}
