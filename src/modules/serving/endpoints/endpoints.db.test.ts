import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { identityModel } from '#kernel/testing-onnx.ts';
import { operator, vendor } from '../testing.ts';
import { openTrialHouse, reader, sumRequest, type TrialHouse } from '../trials/testing-trials.ts';
import { openModels, trafficTo } from './testing-endpoints.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );

describe.each(testDatabases())('endpoints on $engine', ({ open }) => {
  const houses: TrialHouse[] = [];
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  const start = async (more: Parameters<typeof openTrialHouse>[1] = {}) => {
    const house = await openTrialHouse(db, more);
    houses.push(house);
    return house;
  };
  afterEach(async () => {
    for (const house of houses.splice(0)) await house.stop();
  });
  afterAll(() => db.close());

  it('name the calls of a repository, for who writes it, over trials that take and give the same', async () => {
    const house = await start();
    const { handlers } = house.serving;
    const { repositoryId, stable, next } = await openModels(house);
    const other = await house.trial(identityModel('INT32', ['rows', 16]));
    const create = (traffic: ReturnType<typeof trafficTo>, name = 'sums', call = vendor) =>
      handlers.createEndpoint({ repositoryId, name, traffic }, call);
    expect(await code(create(trafficTo(stable), 'sums', reader))).toBe('kernel.denied');
    const wrong = [
      ...[trafficTo(other.trialId), trafficTo(stable, [other.trialId, 5])],
      ...[trafficTo(stable, [stable, 5]), trafficTo(`${stable.slice(0, -1)}z`)],
    ];
    for (const traffic of wrong) {
      expect(await code(create(traffic))).toBe('serving.traffic_refused');
    }
    const { endpointId, version } = await create(trafficTo(stable));
    expect(version).toBe(1);
    expect((await create(trafficTo(stable))).endpointId).toBe(endpointId);
    expect(await code(create(trafficTo(next)))).toBe('serving.endpoint_name_taken');
    // It is called as a trial is, and counted for the trial that answers.
    const { body, sums } = sumRequest(1, 2);
    const answer = await house.oip(`/models/${endpointId}/infer`, { body });
    expect(answer.body.outputs?.[0].data, JSON.stringify(answer.body)).toEqual(sums);
    expect(answer.body).toMatchObject({ model_name: endpointId, model_version: '1' });
    expect(await house.usage(stable)).toBe(1);
    expect((await house.oip(`/models/${endpointId}/ready`)).status).toBe(200);
    expect((await house.oip(`/models/${endpointId}`, { key: '' })).status).toBe(401);
    const shown = await handlers.getEndpoint({ endpointId }, reader);
    expect(shown).toMatchObject({
      ...{ actions: ['call'], counts: { primary: 1, canary: 0 }, rollbackTo: null },
      trials: [{ side: 'primary', live: { calls: 1, replicas: { awake: 1 }, replicasMax: 1 } }],
    });
    expect((await handlers.listEndpoints({ repositoryId, limit: 5 }, reader)).total).toBe(1);
    await house.hub.handlers.setAudience({ repositoryId, audience: 'owner' }, vendor);
    expect(await code(handlers.getEndpoint({ endpointId }, reader))).toBe('kernel.missing');
    expect((await house.oip(`/models/${endpointId}/infer`, { body })).status).toBe(404);
    expect((await handlers.listEndpoints({ repositoryId, limit: 5 }, reader)).total).toBe(0);
  }, 120_000);

  it('change where calls go for all servers, once each, and go back', async () => {
    const house = await start();
    const { handlers } = house.serving;
    const { repositoryId, stable, next } = await openModels(house);
    const { endpointId } = await handlers.createEndpoint(
      { repositoryId, name: 'sums', traffic: trafficTo(stable) },
      vendor,
    );
    const elsewhere = await start({ folder: house.folder });
    const { body, sums, differences } = sumRequest(3, 4);
    const ask = async ({ oip }: TrialHouse) =>
      (await oip(`/models/${endpointId}/infer`, { body })).body.outputs?.[0]?.data;
    expect(await ask(elsewhere)).toEqual(sums);
    const set = (version: number, traffic = trafficTo(next), call = vendor) =>
      handlers.setTraffic({ endpointId, version, traffic, reason: 'better' }, call);
    expect(await code(set(1, trafficTo(next), reader))).toBe('kernel.denied');
    expect(await set(1)).toMatchObject({ version: 2, traffic: { primary: next } });
    expect(await ask(house)).toEqual(differences);
    await expect.poll(() => ask(elsewhere), { timeout: 3_000 }).toEqual(differences);
    // Sent again it is done already; by others, over what they have not seen, it is refused.
    expect(await set(1)).toMatchObject({ version: 2 });
    expect(await code(set(1, trafficTo(stable)))).toBe('serving.traffic_changed');
    await set(2, trafficTo(next, [stable, 50]));
    const back = (version: number) =>
      handlers.rollBackTraffic({ endpointId, version, reason: 'worse' }, vendor);
    expect((await handlers.getEndpoint({ endpointId }, vendor)).rollbackTo).toEqual(
      trafficTo(next),
    );
    expect(await back(3)).toMatchObject({ version: 4, traffic: trafficTo(next) });
    expect(await back(3)).toMatchObject({ version: 4 });
    expect(await back(4)).toMatchObject({ version: 5, traffic: trafficTo(stable) });
    expect(await ask(house)).toEqual(sums);
    expect(await code(back(5))).toBe('serving.nothing_before');
    const { items, nextCursor } = await handlers.listTrafficChanges(
      { endpointId, limit: 3 },
      vendor,
    );
    expect(items).toMatchObject([
      ...[
        { version: 5, rolledBackTo: 1 },
        { version: 4, rolledBackTo: 2, reason: 'worse' },
      ],
      { version: 3, rolledBackTo: null, reason: 'better', changedBy: vendor.principal.id },
    ]);
    const rest = { endpointId, limit: 3, cursor: nextCursor ?? '' };
    expect((await handlers.listTrafficChanges(rest, vendor)).items).toHaveLength(2);
    await handlers.endEndpoint({ endpointId, reason: 'over' }, vendor);
    await handlers.endEndpoint({ endpointId, reason: 'again' }, vendor);
    expect((await house.oip(`/models/${endpointId}/infer`, { body })).status).toBe(409);
    expect(await code(back(5))).toBe('serving.endpoint_ended');
    const facts = await house.kernel.facts.about(endpointId, { limit: 9 });
    expect(facts.map(({ kind }) => kind.replace('serving.', ''))).toEqual([
      ...['endpoint_ended', 'traffic_changed', 'traffic_changed', 'traffic_changed'],
      ...['traffic_changed', 'endpoint_created'],
    ]);
  }, 120_000);

  it('answer by the primary what the canary cannot, and compare a shadow that nobody waits for', async () => {
    const house = await start();
    const { handlers, stops } = house.serving;
    const { repositoryId, stable, next, copy } = await openModels(house);
    const traffic = trafficTo(stable, [next, 100], [copy, 100]);
    const { endpointId } = await handlers.createEndpoint(
      { repositoryId, name: 'sums', traffic },
      vendor,
    );
    const { body, sums, differences } = sumRequest(5, 6);
    const ask = async (path = '') =>
      (await house.oip(`/models/${endpointId}${path}/infer`, { body })).body.outputs?.[0]?.data;
    const counts = async () => (await handlers.getEndpoint({ endpointId }, vendor)).counts;
    expect(await ask()).toEqual(differences);
    await expect
      .poll(counts, { timeout: 20_000 })
      .toMatchObject({ canary: 1, shadowDifferent: 1, shadowSame: 0 });
    // Who names a version is given that one.
    expect(await ask('/versions/1')).toEqual(sums);
    const target = { type: 'serving.deployment', id: next };
    const stop = { reason: 'r', by: 'party_operator' };
    await db.transaction((tx) => stops.set(tx, target, stop, operator));
    expect(await ask()).toEqual(sums);
    await expect
      .poll(counts, { timeout: 20_000 })
      .toMatchObject({ canary: 1, canaryFailed: 1, shadowSame: 1 });
    expect([await house.usage(stable), await house.usage(next), await house.usage(copy)]).toEqual([
      ...[2, 1, 0],
    ]);
    const stopped = trafficTo(stable, [next, 1]);
    const change = { endpointId, version: 1, traffic: stopped, reason: 'r' };
    expect(await code(handlers.setTraffic(change, vendor))).toBe('serving.traffic_refused');
    // The stop of what an endpoint rests on stops it.
    await db.transaction((tx) =>
      stops.set(tx, { type: 'serving.deployment', id: stable }, stop, operator),
    );
    expect((await house.oip(`/models/${endpointId}/infer`, { body })).status).toBe(409);
  }, 120_000);
});
