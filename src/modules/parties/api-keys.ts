import { inScope } from '#kernel/access-principal.ts';
import type { PermissionDeclaration } from '#kernel/contract.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Principal } from '#kernel/principal.ts';
import { makeBearerKey } from './bearer-key.ts';
import type { partiesContract } from './contract.ts';
import { errors } from './errors.ts';
import type { SecurityEvents } from './events.ts';
import { findParty } from './store.ts';
import { insertKey, type KeyRow, listKeys, revokeKeys } from './store-accounts.ts';

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'random' | 'facts'> & {
  events: SecurityEvents;
  declarations: Readonly<Record<string, PermissionDeclaration>>;
};

/** API keys of persons, services and devices: shown once, kept as a hash, revoked at once. */
export function createApiKeys(
  uses: Uses,
): Pick<
  Handlers<typeof partiesContract.operations>,
  'createApiKey' | 'listApiKeys' | 'revokeApiKey'
> {
  const { db, clock, ids, random, facts, events } = uses;
  return {
    createApiKey: ({ partyId, name, scopes, expiresAt }, { principal }) =>
      db.transaction(async (tx) => {
        const party = await findParty(tx, partyId);
        if (!party || party.kind === 'organisation') throw errors.make.keys_unfit();
        const now = clock.now();
        const until = expiresAt === undefined ? null : new Date(expiresAt);
        const problem = keyProblem(scopes ?? null, until, now, principal, uses.declarations);
        if (problem) throw errors.make.key_unfit({ problem });
        const id = ids('key');
        const { text, secretHash } = makeBearerKey(id, random);
        const row = {
          ...{ id, partyId, name, scopes: scopes ?? null, loopbackOnly: false },
          ...{ createdAt: now, expiresAt: until, lastUsedAt: null },
        };
        await insertKey(tx, { ...row, secretHash, createdBy: principal.id });
        const actor = principal.id;
        const body = { keyId: id, partyId };
        await facts.append(tx, { kind: 'parties.key_created', subject: partyId, actor, body });
        await events(tx, { kind: 'key_created', partyId, actor, detail: { keyId: id, name } });
        return { ...toKey(row), key: text };
      }),
    async listApiKeys({ partyId, cursor, limit }) {
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listKeys(db.read, partyId, cut);
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total, items: page.items.map(toKey) };
    },
    revokeApiKey: ({ partyId, keyId }, { principal }) =>
      db.transaction(async (tx) => {
        const [revoked] = await revokeKeys(tx, { partyId, keyId }, clock.now());
        if (!revoked) throw errors.make.key_unknown();
        const actor = principal.id;
        const body = { keyId, partyId };
        await facts.append(tx, { kind: 'parties.key_revoked', subject: partyId, actor, body });
        await events(tx, { kind: 'key_revoked', partyId, actor, detail: { keyId } });
        return {};
      }),
  };
}

/** A key reaches no further than the key or session that makes it. */
function keyProblem(
  scopes: readonly string[] | null,
  until: Date | null,
  now: Date,
  maker: Principal,
  declarations: Readonly<Record<string, PermissionDeclaration>>,
): string {
  if (until && until <= now) return 'it would be over already';
  const names = Object.keys(declarations);
  for (const scope of scopes ?? []) {
    const known = scope.endsWith('.*')
      ? names.some((name) => name.startsWith(scope.slice(0, -1)))
      : names.includes(scope);
    if (!known) return `there is no permission ${scope}`;
  }
  const reached = scopes ?? ['*'];
  const wider = 'scopes' in maker && reached.some((scope) => !inScope(maker, scope));
  return wider ? 'it would reach further than the key in use' : '';
}

function toKey(row: KeyRow) {
  return {
    id: row.id,
    partyId: row.partyId,
    name: row.name,
    scopes: row.scopes,
    loopbackOnly: row.loopbackOnly,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
