import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import type { Call, Principal } from '#kernel/principal.ts';
import type { CityOptions } from './config.ts';
import type { thingsContract } from './contract-things.ts';
import { createDatastreamLookup } from './datastreams-lookup.ts';
import { datastreamsOfThing, findDatastreams } from './datastreams-store.ts';
import { createIngest } from './ingest.ts';
import { countRefusals } from './ingest-refusals.ts';
import { openBroker } from './mqtt-broker.ts';
import { type AcknowledgementListener, createMqttReceive } from './mqtt-receive.ts';
import { createMqttSend } from './mqtt-send.ts';
import { createMqttService } from './mqtt-service.ts';
import { createMqttSessions } from './mqtt-sessions.ts';
import { createObservationCount } from './observations-count.ts';
import { placeOf, toObservationId } from './observations-id.ts';
import { announceStored } from './observations-live.ts';
import { lastPlace, readAfter, readHistory } from './observations-store.ts';
import { sensorThingsDoors } from './sensorthings-doors.ts';
import { createThing } from './things-create.ts';
import { makeThingKey } from './things-key.ts';
import * as read from './things-read.ts';
import type { Things } from './things-seam.ts';
import { createSearchEntries } from './things-search.ts';
import * as store from './things-store.ts';

export type ThingsUses = {
  kernel: Kernel;
  /** Finds who asks from headers, as for HTTP; rejects for credentials that are no good. */
  authenticate(headers: Headers): Promise<Principal>;
  partyNames(partyIds: readonly string[]): Promise<Map<string, string>>;
};

/** Things, their datastreams and observations; MQTT and SensorThings in, and out to the other half. */
export function createThings(options: CityOptions & { address: string }, uses: ThingsUses) {
  const { kernel, partyNames } = uses;
  const { db } = kernel;
  const lookup = createDatastreamLookup(kernel);
  const ingest = createIngest(options, { kernel, lookup });
  const sessions = createMqttSessions(uses);
  const sender = createMqttSend({ sendSeconds: options.CITY_MQTT_SEND_SECONDS }, { sessions });
  const listening = new Set<(thingId: string) => void>();
  const acknowledgements = new Set<AcknowledgementListener>();
  const receive = createMqttReceive(options, { kernel, ingest, listeners: acknowledgements });
  const mqtt = createMqttService(options, {
    kernel,
    sessions,
    settled: ingest.settled,
    openBroker: () =>
      openBroker(
        { connectionsMax: options.CITY_MQTT_CONNECTIONS_MAX },
        {
          ...{ kernel, sessions, receive },
          onAck: sender.acknowledged,
          onClosed: sender.closed,
          onListening: (thingId) => {
            for (const listener of listening) listener(thingId);
          },
        },
      ),
  });
  const counting = createObservationCount({ kernel, ingest });
  ingest.onStored(announceStored(kernel));

  const seam: Things = {
    onStored: ingest.onStored,
    async readStored(afterId, limit, executor = db.read) {
      const place = afterId === null ? 0 : placeOf(afterId);
      if (place === null) throw kernelErrors.make.missing({ id: String(afterId) });
      return readAfter(executor, place, limit);
    },
    async lastStoredId(executor = db.read) {
      const place = await lastPlace(executor);
      return place === null ? null : toObservationId(place);
    },
    history: (span, executor = db.read) => readHistory(executor, span),
    find: (thingIds, executor = db.read) => store.findThings(executor, thingIds),
    datastreams: (of, executor = db.read) => findDatastreams(executor, of),
    onMap: (principal, limit) => {
      const visible = kernel.access.visible(principal, 'city.thing.read', store.thingIdColumn);
      return store.placedThings(db.read, visible, limit);
    },
    send: sender.send,
    listening: () => [...new Set(sessions.all().flatMap(({ listens }) => [...listens]))],
    onListening: (listener) => subscribeTo(listening, listener),
    onAcknowledgement: (listener) => subscribeTo(acknowledgements, listener),
  };

  const isConnected = (thingId: string) =>
    sessions.all().some(({ sender: from }) => from.kind === 'thing' && from.thingId === thingId);
  const reading = { kernel, partyNames, isConnected };
  const handlers: Handlers<(typeof thingsContract)['operations']> = {
    async createThing(draft, call) {
      const { thingId, key } = await createThing(draft, { options, kernel }, call);
      const detail = await read.readThing(thingId, reading, call);
      return { ...detail, access: { thingId, username: thingId, key } };
    },
    listThings: (input, call) => read.listThings({ ...noFilter, ...input }, reading, call),
    getThing: ({ thingId }, call) => read.readThing(thingId, reading, call),
    listObservations: (input) => read.listObservations(input, reading),
    rotateThingKey: async ({ thingId }, call) => {
      const key = await rotateKey(thingId, kernel, call);
      const datastreams = await datastreamsOfThing(db.read, thingId);
      lookup.forget(datastreams.map(({ id }) => id));
      await sessions.sweep();
      return { thingId, username: thingId, key };
    },
    listRefusals: (input) => read.listRefusals(input, reading),
    getCityStatus: async () => ({
      mqtt: {
        address: mqtt.address(),
        protocol: 'MQTT 3.1.1',
        connections: sessions.all().length,
      },
      sensorThings: '/v1.1',
      things: await store.countThings(db.read, null),
      observations: await store.countObservations(db.read),
      refusals: await countRefusals(db.read),
      waiting: ingest.waiting(),
    }),
  };
  return {
    handlers,
    doors: sensorThingsDoors(options, { kernel, ingest, mqttAddress: mqtt.address }),
    services: [mqtt.service, counting],
    subscriptions: [],
    seam,
    searchEntries: createSearchEntries(kernel),
  };
}

const noFilter = {
  query: undefined,
  ownerId: undefined,
  district: undefined,
  replayed: undefined,
};

function subscribeTo<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Replaces the key; who used the one before is disconnected within a second, on every server. */
async function rotateKey(
  thingId: string,
  { db, clock, random, facts, live }: Kernel,
  call: Call,
): Promise<string> {
  const { key, keyHash } = makeThingKey(random);
  await db.transaction(async (tx) => {
    const keyVersion = await store.replaceKey(tx, thingId, keyHash, clock.now());
    if (keyVersion === null) throw kernelErrors.make.missing({ id: thingId });
    const body = { thingId, keyVersion };
    const actor = call.principal.id;
    await facts.append(tx, { kind: 'city.thing_key_rotated', subject: thingId, actor, body });
    db.afterCommit(tx, () => live.publish(`city.thing/${thingId}`));
  });
  return key;
}
