import type { CedarPrincipal } from './access-cedar.ts';
import type { Principal } from './principal.ts';

/** A principal as policies see it. Identities of the platform's services are `service:<module>`. */
export function toCedarPrincipal(principal: Principal): CedarPrincipal {
  const { id, kind, memberships, roles } = principal;
  if (kind === 'stranger') return { type: 'Stranger', id };
  if (kind === 'service' && id.startsWith('service:')) return { type: 'Service', id };
  const organisations = memberships.map(({ organisation }) => organisation);
  const administered = memberships
    .filter(({ role }) => role === 'administrator')
    .map(({ organisation }) => organisation);
  return {
    type: 'Party',
    id,
    kind,
    belongs: [id, ...organisations],
    administers: [id, ...administered],
    roles,
  };
}

/** Whom a grant may name so that it holds for this principal. Services act under policy alone. */
export function subjectsOf(principal: Principal): readonly string[] {
  const asked = toCedarPrincipal(principal);
  if (asked.type !== 'Party') return [];
  return [...asked.belongs, ...asked.roles.map((role) => `role:${role}`)];
}

/**
 * The permissions to which the key or session in use is limited, as names or `module.*`; null is no
 * limit.
 */
export function inScope(principal: Principal, permission: string): boolean {
  const { scopes } = principal;
  if (!scopes) return true;
  return scopes.some((scope) => {
    if (typeof scope !== 'string') return false;
    return scope.endsWith('.*') ? permission.startsWith(scope.slice(0, -1)) : scope === permission;
  });
}

/** Equal for principals of which access would say the same. */
export function fingerprint(principal: Principal): string {
  const { id, kind, memberships, roles } = principal;
  const orders = memberships.map(({ organisation, role }) => `${organisation}:${role}`);
  return JSON.stringify([id, kind, orders, roles, principal.scopes ?? null]);
}
