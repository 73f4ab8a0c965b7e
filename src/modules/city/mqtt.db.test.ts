import { createHash } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabases } from '#kernel/testing.ts';
import { type House, member, observationsTopic, openHouse } from './testing-things.ts';

/** What MQTT promises to things, by a real client: see README.md, "What holds". */

describe.each(testDatabases())('MQTT on $engine', ({ open }) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(await open(), { CITY_REFUSALS_KEPT_MAX: 20 });
  });
  afterAll(() => house?.close());

  const stored = async (thing: { thingId: string; datastreamId: string }) =>
    (await house.handlers.listObservations({ ...thing, limit: 100 }, member('harbour'))).items;
  const refusals = (thingId?: string, ownerId = 'harbour') =>
    house.handlers.listRefusals(
      { ownerId, limit: 100, ...(thingId ? { thingId } : {}) },
      member(ownerId),
    );
  const now = () => new Date(Date.now() - 60_000).toISOString();

  it('acknowledges what is stored then, and stores a repeated message once', async () => {
    const thing = await house.thing('harbour', 'repeating');
    const client = await house.connect(thing.access.username, thing.access.key);
    const topic = observationsTopic(thing.datastreamId);
    const message = JSON.stringify({ result: 21.5, phenomenonTime: '2026-11-23T08:00:00+0800' });
    const fresh = message.replace('2026-11-23T08:00:00+0800', now());
    await client.publishAsync(topic, fresh, { qos: 1 });
    expect(await stored(thing)).toMatchObject([{ result: 21.5, replayed: false }]);
    await client.publishAsync(topic, fresh, { qos: 1 });
    await client.publishAsync(topic, fresh, { qos: 2 });
    expect(await stored(thing)).toHaveLength(1);
    await client.endAsync();
  });

  it('stores what comes out of order in its order of time, and knows the latest', async () => {
    const thing = await house.thing('harbour', 'disorderly');
    const client = await house.connect(thing.access.username, thing.access.key);
    const base = Date.now() - 3_600_000;
    const order = [3, 1, 4, 0, 2, 3, 1];
    await Promise.all(
      order.map((n) =>
        client.publishAsync(
          observationsTopic(thing.datastreamId),
          JSON.stringify({ result: n, phenomenonTime: new Date(base + n * 1000).toISOString() }),
          { qos: 1 },
        ),
      ),
    );
    expect((await stored(thing)).map(({ result }) => result)).toEqual([4, 3, 2, 1, 0]);
    const view = await house.handlers.getThing(thing, member('harbour'));
    expect(view).toMatchObject({ observations: 5, connected: true });
    expect(view.datastreams[0]?.latest).toMatchObject({ result: 4 });
    await client.endAsync();
  });

  it('refuses with a reason that the owner sees, and keeps the connection', async () => {
    const thing = await house.thing('harbour', 'confused');
    const foreign = await house.thing('hospital', 'foreign');
    const client = await house.connect(thing.access.username, thing.access.key);
    let closed = false;
    client.on('close', () => {
      closed = true;
    });
    const topic = observationsTopic(thing.datastreamId);
    const at = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
    const bad: [string, string, string][] = [
      ['malformed', topic, 'garbage \u0000'],
      ['malformed', topic, '{"result":1e400}'],
      ['malformed', topic, '{"result":1,"phenomenonTime":"2026-02-30T00:00:00Z"}'],
      ['malformed', topic, '{"result":1,"validTime":"a/b"}'],
      ['result_unfit', topic, '{"result":"warm"}'],
      ['too_large', topic, JSON.stringify({ result: 1, parameters: { a: 'x'.repeat(20_000) } })],
      ['too_large', topic, 'y'.repeat(3_000_000)],
      ['too_late', topic, JSON.stringify({ result: 1, phenomenonTime: at(-8 * 86_400_000) })],
      ['in_future', topic, JSON.stringify({ result: 1, phenomenonTime: at(600_000) })],
      ['unknown_datastream', observationsTopic(foreign.datastreamId), '{"result":1}'],
      ['unknown_datastream', observationsTopic('datastream_nowhere'), '{"result":1}'],
      ['unknown_topic', 'v1.1/Things', '{"result":1}'],
      ['unknown_topic', `v1.1/Things(${foreign.thingId})/commands`, '{"open":true}'],
    ];
    for (const [, to, message] of bad) await client.publishAsync(to, message, { qos: 1 });
    await client.publishAsync(topic, '{"result":1}', { qos: 1 });
    expect(closed).toBe(false);
    expect(await stored(thing)).toHaveLength(1);
    const { items, counts } = await refusals(thing.thingId);
    expect(items.map(({ reason }) => reason).reverse()).toEqual(bad.map(([reason]) => reason));
    expect(items.every(({ detail, thingName }) => detail !== '' && thingName === 'confused')).toBe(
      true,
    );
    expect(counts.find(({ reason }) => reason === 'malformed')?.count).toBe(4);
    expect((await refusals(undefined, 'hospital')).items).toEqual([]);
    await client.endAsync();
  });

  it('keeps the last refusals of a sender, and counts all', async () => {
    const thing = await house.thing('harbour', 'flooding');
    const client = await house.connect(thing.access.username, thing.access.key);
    const topic = observationsTopic(thing.datastreamId);
    await Promise.all(
      Array.from({ length: 90 }, () => client.publishAsync(topic, 'no', { qos: 1 })),
    );
    const { items, total, counts } = await refusals(thing.thingId);
    expect([items.length, total, counts[0]?.count]).toEqual([20, 20, 90]);
    await client.endAsync();
  });

  it('lets in nobody but things and the devices of parties', async () => {
    const thing = await house.thing('harbour', 'guarded');
    const bad = [
      [thing.thingId, 'wrong'],
      [thing.thingId, ''],
      ['', ''],
      ['thing_nobody', thing.access.key],
      ['x', 'key_of_'],
      ['x', 'a b\r\nc'],
    ];
    for (const [username = '', password = ''] of bad) {
      await expect(house.connect(username, password)).rejects.toMatchObject({ code: 4 });
    }
    await expect(
      house.connect(thing.thingId, thing.access.key, { protocolVersion: 5 }),
    ).rejects.toThrow();
  });

  it("takes what a party's device may write, and nothing of others", async () => {
    const mine = await house.thing('harbour', 'of a gateway');
    const theirs = await house.thing('hospital', 'not of the gateway');
    const gateway = await house.connect('gateway', 'key_of_harbour');
    await gateway.publishAsync(observationsTopic(mine.datastreamId), '{"result":1}', { qos: 1 });
    await gateway.publishAsync(observationsTopic(theirs.datastreamId), '{"result":1}', { qos: 1 });
    await gateway.publishAsync(
      'v1.1/Observations',
      JSON.stringify({ result: 2, Datastream: { '@iot.id': mine.datastreamId } }),
      { qos: 1 },
    );
    expect(await stored(mine)).toHaveLength(2);
    const list = { ...theirs, limit: 10 };
    const { items } = await house.handlers.listObservations(list, member('hospital'));
    expect(items).toEqual([]);
    const [refused] = (await refusals()).items;
    expect(refused).toMatchObject({ reason: 'unknown_datastream', thingId: null });
    const ended = new Promise<void>((resolve) => gateway.once('close', () => resolve()));
    house.revoked.add('harbour');
    await ended;
    house.revoked.delete('harbour');
  });

  it('ends connections with the key that was replaced', async () => {
    const thing = await house.thing('harbour', 'rotated');
    const client = await house.connect(thing.access.username, thing.access.key);
    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
    const { key } = await house.handlers.rotateThingKey(thing, member('harbour'));
    await ended;
    await expect(house.connect(thing.thingId, thing.access.key)).rejects.toMatchObject({ code: 4 });
    const again = await house.connect(thing.thingId, key);
    await again.publishAsync(observationsTopic(thing.datastreamId), '{"result":1}', { qos: 1 });
    expect(await stored(thing)).toHaveLength(1);
    await again.endAsync();
  });

  it('delivers commands to the thing alone, and hands over what it acknowledges', async () => {
    const thing = await house.thing('harbour', 'commanded');
    const other = await house.thing('harbour', 'curious');
    const heard: unknown[] = [];
    const stop = house.things.seam.onAcknowledgement(async (thingId, message) => {
      heard.push([thingId, message]);
    });
    const commands = `v1.1/Things(${thing.thingId})/commands`;
    const spy = await house.connect(other.thingId, other.access.key);
    const filters = [commands, '#', 'v1.1/#', '+/+/commands', '$SYS/#'];
    for (const filter of filters) {
      await expect(spy.subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
    }
    expect(await house.things.seam.send(thing.thingId, { name: 'open' })).toBe(false);
    const client = await house.connect(thing.thingId, thing.access.key);
    const listening = new Promise((resolve) => house.things.seam.onListening(resolve));
    const message = new Promise<string>((resolve) => {
      client.on('message', (topic, payload) => resolve(`${topic} ${payload}`));
    });
    await client.subscribeAsync(commands, { qos: 1 });
    expect(await listening).toBe(thing.thingId);
    expect(house.things.seam.listening()).toEqual([thing.thingId]);
    expect(await house.things.seam.send(thing.thingId, { name: 'open' })).toBe(true);
    expect(await message).toBe(`${commands} {"name":"open"}`);
    const answer = `${commands}/acknowledgements`;
    await client.publishAsync(answer, '{"done":true}', { qos: 1 });
    await spy.publishAsync(answer, '{"done":true}', { qos: 1 });
    expect(heard).toEqual([[thing.thingId, { done: true }]]);
    expect((await refusals(other.thingId)).items[0]?.reason).toBe('acknowledgement_unfit');
    stop();
    await Promise.all([client.endAsync(), spy.endAsync()]);
    await expect.poll(() => house.things.seam.listening()).toEqual([]);
  });

  it('hands over every stored observation once, in order, also by the cursor', async () => {
    const thing = await house.thing('harbour', 'read on');
    const after = await house.things.seam.lastStoredId();
    const heard: unknown[] = [];
    const stop = house.things.seam.onStored((batch) => {
      heard.push(...batch.filter((one) => one.thingId === thing.thingId).map(({ id }) => id));
    });
    const client = await house.connect(thing.thingId, thing.access.key);
    await publishMany(client, observationsTopic(thing.datastreamId), 300);
    stop();
    const read = await house.things.seam.readStored(after, 1_000);
    expect(read.map(({ id }) => id)).toEqual(heard);
    expect(new Set(read.map(({ result }) => result)).size).toBe(300);
    expect([...heard].sort()).toEqual(heard);
    await client.endAsync();
  });

  it('ends a connection that sends no MQTT, and lives on', async () => {
    const { port, hostname } = new URL(house.mqttUrl);
    const junk = createHash('sha256').update('junk').digest();
    const ends = [
      Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]),
      junk,
      Buffer.alloc(100_000, 0xff),
    ].map(
      (bytes) =>
        new Promise((resolve) => {
          const socket = connectSocket(Number(port), hostname, () => socket.write(bytes));
          socket.on('error', () => {}).on('close', resolve);
        }),
    );
    await Promise.all(ends);
    const thing = await house.thing('harbour', 'after junk');
    const client = await house.connect(thing.thingId, thing.access.key);
    await client.endAsync();
  });
});

async function publishMany(client: MqttClient, topic: string, count: number): Promise<void> {
  const base = Date.now() - 3_600_000;
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      client.publishAsync(
        topic,
        JSON.stringify({ result: n, phenomenonTime: new Date(base + n).toISOString() }),
        { qos: 1 },
      ),
    ),
  );
}
