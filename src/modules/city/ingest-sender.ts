import type { Principal } from '#kernel/principal.ts';

/** Who sends observations: a thing with its own key, or a party with an API key. */
export type Sender =
  | { kind: 'thing'; thingId: string; ownerId: string; keyVersion: number }
  | { kind: 'party'; principal: Principal };

/** The party that sees what was refused of the sender. */
export function ownerOf(sender: Sender): string {
  if (sender.kind === 'thing') return sender.ownerId;
  const { principal } = sender;
  return principal.memberships[0]?.organisation ?? principal.id;
}

export const thingOf = (sender: Sender) => (sender.kind === 'thing' ? sender.thingId : null);
