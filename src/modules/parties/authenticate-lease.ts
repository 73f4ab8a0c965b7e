import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '#kernel/principal.ts';
import { type Authenticate, credentialHeaders } from './authenticate.ts';

const LEASE_MS = 1_000;
const KNOWN_MAX = 10_000;

/**
 * As `authenticate`, from what it said at most a second ago: for doors that one caller asks thousands of times a second.
 * A key that is revoked is refused within that second. Refusals are not kept, nor are the credentials themselves.
 */
export function createAuthenticateLease(
  authenticate: Authenticate,
  now: () => number = () => performance.now(),
): (headers: IncomingHttpHeaders) => Promise<Principal> {
  const known = new Map<string, { asked: Promise<Principal>; at: number }>();
  return (headers) => {
    const given = credentialHeaders.map((name) => headers[name]);
    const key = hash('sha256', JSON.stringify(given), 'base64');
    const held = known.get(key);
    const at = now();
    if (held && at - held.at < LEASE_MS) return held.asked;
    if (known.size >= KNOWN_MAX) known.clear();
    const credentials = new Headers();
    for (const [place, name] of credentialHeaders.entries()) {
      const value = given[place];
      if (value !== undefined) credentials.set(name, String(value));
    }
    const asked = authenticate(credentials);
    const entry = { asked, at };
    known.set(key, entry);
    asked.catch(() => {
      if (known.get(key) === entry) known.delete(key);
    });
    return asked;
  };
}
