import type { Outputs } from '#web/contracts.ts';

type Me = Outputs['parties']['me'];
type Persona = Outputs['parties']['listPersonas']['items'][number];

/** Who is signed in, as pages ask for it. */
export type Account = {
  readonly id: string;
  readonly name: string;
  /** The persona of a demonstration that it is, such as `vendor`. */
  readonly persona: string | null;
  readonly organisations: readonly { id: string; name: string }[];
  readonly roles: readonly string[];
  readonly secondFactor: boolean;
  readonly mustChangePassword: boolean;
};

export type Session = {
  /** Null for a stranger. */
  readonly account: Account | null;
  /** Who a visitor may be with one click; nobody outside a demonstration on loopback. */
  readonly personas: readonly Persona[];
  /** Whether the platform has said who is here. */
  readonly known: boolean;
};

export const stranger: Session = { account: null, personas: [], known: false };

/** Puts together what the platform says about the caller and about its personas. Pure. */
export function sessionOf(me: Me, personas: readonly Persona[]): Session {
  if (me.kind === 'stranger') return { account: null, personas, known: true };
  const { id, name, roles, secondFactor, mustChangePassword } = me;
  const persona = personas.find(({ partyId }) => partyId === id)?.name ?? null;
  const organisations = me.memberships.map((membership) => ({
    id: membership.organisationId,
    name: membership.organisationName,
  }));
  const account = { id, name, persona, organisations, roles, secondFactor, mustChangePassword };
  return { account, personas, known: true };
}

/** The parties for which somebody may act: their organisations, or else themselves. */
export function actsAs(account: Account): readonly { id: string; name: string }[] {
  if (account.organisations.length > 0) return account.organisations;
  return [{ id: account.id, name: account.name }];
}
