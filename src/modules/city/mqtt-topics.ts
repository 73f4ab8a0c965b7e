/** The topics of this platform: those of 18-088, clause 11.1, and two for commands. */

export type Topic =
  | { kind: 'observations'; datastreamId: string | null }
  | { kind: 'acknowledgements'; thingId: string };

const FORM =
  /^v1\.1\/(?:Datastreams\('?([\w]{1,64})'?\)\/Observations|Things\('?([\w]{1,64})'?\)\/commands\/acknowledgements|(Observations))$/;

/** What a thing may publish; null for anything else. Ids may stand in quotes, as in addresses. */
export function parseTopic(topic: string): Topic | null {
  const match = FORM.exec(topic);
  if (!match) return null;
  const [, datastreamId, thingId] = match;
  if (thingId !== undefined) return { kind: 'acknowledgements', thingId };
  return { kind: 'observations', datastreamId: datastreamId ?? null };
}

/** Where a thing listens for commands. */
export const commandTopic = (thingId: string) => `v1.1/Things(${thingId})/commands`;

/** The thing whose commands a subscription asks for; null for any other, wildcards too. */
export function thingOfSubscription(topic: string): string | null {
  return /^v1\.1\/Things\((thing_[0-9a-z]{26})\)\/commands$/.exec(topic)?.[1] ?? null;
}
