import { hash } from 'node:crypto';
import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { ThingsOptions } from './config.ts';
import { insertDatastream, upsertObservedProperty, upsertSensor } from './datastreams-store.ts';
import type { DatastreamDraft, ThingDraft } from './things-entities.ts';
import { thingsErrors } from './things-errors.ts';
import { makeThingKey } from './things-key.ts';
import { countThings, findThingOfName, insertLocation, insertThing } from './things-store.ts';

/**
 * Creates a thing with its place, datastreams and key in one transaction. The name is its own among the
 * owner's things: a repeated request meets `city.thing_exists` with the id of the first.
 */
export async function createThing(
  draft: ThingDraft,
  { options, kernel }: { options: ThingsOptions; kernel: Kernel },
  call: Call,
): Promise<{ thingId: string; key: string }> {
  const { db, clock, ids, random, access, facts } = kernel;
  const { key, keyHash } = makeThingKey(random);
  const thingId = ids('thing');
  await db.transaction(async (tx) => {
    await refuseUnfit(tx, draft, options);
    const created_at = clock.now();
    const { ownerId, name, description, properties, district, street, audience, replayed } = draft;
    const row = { name, description, properties, district, street, audience, replayed };
    await insertThing(tx, {
      ...row,
      ...{ id: thingId, owner_id: ownerId, created_at, key_hash: keyHash },
    });
    if (draft.location) {
      const place = { id: ids('location'), thingId, since: created_at };
      await insertLocation(tx, { ...draft.location, ...place });
    }
    const datastreamIds: string[] = [];
    for (const [place, datastream] of draft.datastreams.entries()) {
      datastreamIds.push(await addDatastream(tx, { ownerId, thingId, place }, datastream, kernel));
    }
    await access.register(tx, { type: 'city.thing', id: thingId, owner: ownerId, audience });
    const body = { thingId, ownerId, datastreamIds, replayed };
    const actor = call.principal.id;
    await facts.append(tx, { kind: 'city.thing_created', subject: thingId, actor, body });
    db.afterCommit(tx, () => kernel.live.publish('city.thing'));
  });
  return { thingId, key };
}

async function refuseUnfit(tx: Executor, draft: ThingDraft, options: ThingsOptions): Promise<void> {
  const { ownerId, name } = draft;
  const standing = await findThingOfName(tx, ownerId, name);
  if (standing) throw thingsErrors.make.thing_exists({ name, thingId: standing });
  const count = await countThings(tx, ownerId);
  if (count >= options.CITY_THINGS_MAX) throw thingsErrors.make.things_full({ count });
}

async function addDatastream(
  tx: Executor,
  { ownerId, thingId, place }: { ownerId: string; thingId: string; place: number },
  draft: DatastreamDraft,
  { ids }: Kernel,
): Promise<string> {
  const { sensor, observedProperty, ...datastream } = draft;
  const sensorId = await upsertSensor(tx, {
    ...sensor,
    ...{ id: ids('sensor'), ownerId, digest: digestOf(sensor) },
  });
  const observedPropertyId = await upsertObservedProperty(tx, {
    ...observedProperty,
    ...{ id: ids('property'), ownerId, digest: digestOf(observedProperty) },
  });
  const id = ids('datastream');
  await insertDatastream(tx, {
    ...datastream,
    ...{ id, thingId, sensorId, observedPropertyId, place },
  });
  return id;
}

/** Of what a sensor or property says: its members come in the order of the contract. */
const digestOf = (value: Record<string, string>) => hash('sha256', JSON.stringify(value));
