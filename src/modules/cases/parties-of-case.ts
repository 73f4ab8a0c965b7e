import type { Principal } from '#kernel/principal.ts';

/** Everything that a principal is, as grants and deciders name it: itself, its organisations, its roles. */
export function subjectsOfPrincipal(principal: Principal): string[] {
  if (principal.kind === 'stranger') return [];
  return [
    principal.id,
    ...principal.memberships.map((membership) => membership.organisation),
    ...principal.roles.map((role) => `role:${role}`),
  ];
}

/** Whether the principal, or an organisation or person for whom it acts, has an interest in a case. */
export function hasInterest(
  principal: Principal,
  { owner, interested }: { owner: string; interested: readonly string[] },
): boolean {
  const own = [principal.id, ...principal.memberships.map(({ organisation }) => organisation)];
  if (principal.onBehalfOf !== undefined) own.push(principal.onBehalfOf);
  return own.some((id) => id === owner || interested.includes(id));
}
