import { createClient } from '#kernel/client.ts';
import type { Connection } from '../cli-connection.ts';
import { contracts } from '../contracts.ts';
import { failureFrom } from '../hub-files.ts';

/** Somebody of the demonstration, with a client that speaks for them through the platform's doors. */
export type Actor = Awaited<ReturnType<typeof enterAs>>;

/** Enters with one click, as a visitor does. */
export async function enterAs(address: string, persona: string) {
  const response = await fetch(`${address}/api/auth/personas/enter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ persona }),
  });
  if (!response.ok) throw await failureFrom(response);
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const connection: Connection = { address, headers: { cookie, origin: address } };
  const client = createClient(contracts, connection);
  const { items } = await client.parties.listPersonas({});
  const found = items.find(({ name }) => name === persona);
  if (!found) throw new Error(`there is no persona ${persona}`);
  return { connection, client, partyId: found.partyId, organisationId: found.organisationId };
}

/** The organisation for which an actor works. */
export function organisationOf(actor: Actor): string {
  if (!actor.organisationId) throw new Error('this persona belongs to no organisation');
  return actor.organisationId;
}
