import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/db.ts';
import { type Principal, stranger } from '#kernel/principal.ts';
import type { Auth } from './auth.ts';
import { parseBearerKey, sameHash } from './bearer-key.ts';
import { errors } from './errors.ts';
import { findStanding, isDelegated, type Standing } from './store.ts';
import { findKey, touchKey } from './store-accounts.ts';

/** A principal that a key or session limits to some permissions; null is no limit. */

/** With a one-time password one may do nothing but change it. */
const ONE_TIME_SCOPES = ['parties.self.*'];
/** The last use of a key is kept to the minute: a write for every request would cost more. */
const TOUCH_MILLISECONDS = 60_000;
/** Names the party for whom the request is made, under a delegation. */
const onBehalfHeader = 'touyan-on-behalf-of';

/** All that is looked at to find who asks. */
export const credentialHeaders = ['authorization', 'cookie', onBehalfHeader] as const;

export type Authenticate = (headers: Headers) => Promise<Principal>;

/**
 * Finds who asks, from `Authorization: Bearer <API key>` or the session's cookie; nobody is the
 * stranger. `loopback`: the platform listens on loopback only. Rejects with `parties.key_refused`, `parties.key_loopback_only`, `parties.suspended` or `parties.not_delegated`. A
 * session that has ended is no error: pages that are open to all must open.
 */
export function createAuthenticate(
  { loopback }: { loopback: boolean },
  uses: { auth: Auth; db: Database; clock: Clock },
): Authenticate {
  const { auth, db, clock } = uses;

  const byKey = async (authorization: string): Promise<Principal> => {
    const [scheme, text, ...rest] = authorization.trim().split(/\s+/);
    const parsed = rest.length === 0 && text ? parseBearerKey(text) : null;
    if (scheme?.toLowerCase() !== 'bearer' || !parsed) throw errors.make.key_refused();
    const now = clock.now();
    const key = await findKey(db.read, parsed.keyId, now);
    if (!key || !sameHash(key.secretHash, parsed.secretHash)) throw errors.make.key_refused();
    if (key.loopbackOnly && !loopback) throw errors.make.key_loopback_only();
    if (now.getTime() - (key.lastUsedAt?.getTime() ?? 0) > TOUCH_MILLISECONDS) {
      await touchKey(db.read, key.id, now);
    }
    return principalOf(await standing(key.partyId), key.scopes);
  };

  const bySession = async (cookie: string): Promise<Principal> => {
    const found = await auth.api.getSession({ headers: new Headers({ cookie }) });
    if (!found) return stranger;
    const party = await standing(found.user.id);
    return principalOf(party, party.mustChangePassword ? ONE_TIME_SCOPES : null);
  };

  const standing = async (partyId: string): Promise<Standing> => {
    const found = await findStanding(db.read, partyId);
    if (!found) throw errors.make.key_refused();
    if (found.suspended) throw errors.make.suspended();
    return found;
  };

  const behalf = async (principal: Principal, fromId: string): Promise<Principal> => {
    const organisations = principal.memberships.map(({ organisation }) => organisation);
    const toIds = [principal.id, ...organisations];
    if (!(await isDelegated(db.read, fromId, toIds, clock.now()))) {
      throw errors.make.not_delegated({ partyId: fromId.slice(0, 100) });
    }
    return { ...principal, onBehalfOf: fromId };
  };

  return async (headers) => {
    const authorization = headers.get('authorization');
    const cookie = headers.get('cookie');
    const principal =
      authorization !== null
        ? await byKey(authorization)
        : cookie?.includes('touyan.session_token=')
          ? await bySession(cookie)
          : stranger;
    const fromId = headers.get(onBehalfHeader);
    return fromId === null ? principal : behalf(principal, fromId);
  };
}

function principalOf(
  { id, kind, name, memberships, roles }: Standing,
  scopes: readonly string[] | null,
): Principal {
  return { id, kind, name, memberships, roles, ...(scopes ? { scopes } : {}) };
}
