import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { tenBands } from '#kernel/testing-onnx.ts';
import { operator, vendor } from '../testing.ts';
import { openTrialHouse, reader, simple, sumRequest, type TrialHouse } from './testing-trials.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );

describe.each(testDatabases())('trials on $engine', ({ open }) => {
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

  it('are made by who writes the repository, called by who reads it, and say that they are trials', async () => {
    const house = await start();
    const { handlers } = house.serving;
    const { repositoryId } = await house.repository({
      ...{ 'a/model.onnx': simple, 'a/weights.bin': 'w', 'readme.onnx': 'text' },
    });
    const create = (path: string, call = vendor) =>
      handlers.createTrial({ repositoryId, path, batchMax: 8, delayMs: 0 }, call);
    expect(await code(create('a/model.onnx', reader))).toBe('kernel.denied');
    expect(await code(create('a/weights.bin'))).toBe('serving.not_a_model');
    expect(await code(create('readme.onnx'))).toBe('serving.not_a_model');
    expect(await code(create('nowhere.onnx'))).toBe('serving.not_a_model');
    const { trialId, trial } = await create('a/model.onnx');
    expect(trial).toBe(true);
    expect((await create('a/model.onnx')).trialId).toBe(trialId);
    const { body, sums } = sumRequest(1, 2);
    const answer = await house.oip(`/models/${trialId}/infer`, { body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body.outputs[0].data).toEqual(sums);
    expect(answer.body).toMatchObject({ model_version: '1', parameters: { trial: true } });
    // Counted before it was given, for who called.
    const { items } = await handlers.listTrialUsage({ trialId, limit: 10 }, vendor);
    expect(items).toMatchObject([{ callerId: 'party_reader', calls: 1, rows: 1 }]);
    expect(await code(handlers.listTrialUsage({ trialId, limit: 10 }, reader))).toBe(
      'kernel.denied',
    );
    const shown = await handlers.getTrial({ trialId }, reader);
    expect(shown).toMatchObject({ process: 'awake', actions: ['call'], usage: { calls: 1 } });
    expect(shown.model?.inputs[0]).toEqual({ name: 'INPUT0', datatype: 'INT32', shape: [-1, 16] });
    // The repository's id names its latest trial, with its revisions as versions.
    const named = await house.oip(`/models/${repositoryId}`);
    expect(named.body).toMatchObject({ versions: ['1'], parameters: { trial: true } });
    expect((await house.oip(`/models/${repositoryId}/versions/2`)).status).toBe(404);
    // Who may no longer read the repository may no longer call.
    await house.hub.handlers.setAudience({ repositoryId, audience: 'owner' }, vendor);
    expect(await code(handlers.getTrial({ trialId }, reader))).toBe('kernel.missing');
    expect((await house.oip(`/models/${trialId}/infer`, { body })).status).toBe(404);
    expect((await house.oip(`/models/${trialId}`, { key: '' })).status).toBe(401);
    // The end is for good, and for who writes.
    const reason = 'enough';
    expect(await code(handlers.endTrial({ trialId, reason }, reader))).toBe('kernel.missing');
    expect(await handlers.endTrial({ trialId, reason }, vendor)).toMatchObject({ state: 'ended' });
    await handlers.endTrial({ trialId, reason: 'again' }, vendor);
    expect((await house.oip(`/models/${trialId}/infer`, { key: 'vendor', body })).status).toBe(409);
    const facts = await house.kernel.facts.about(trialId, { limit: 9 });
    expect(facts.map(({ kind }) => kind).sort()).toEqual([
      'serving.trial_created',
      'serving.trial_ended',
    ]);
    expect(await house.usage(trialId)).toBe(1);
  });

  it('hold at an emergency stop, and go on after its release', async () => {
    const house = await start();
    const { trialId } = await house.trial(simple);
    const { body } = sumRequest(1, 1);
    const ask = () => house.oip(`/models/${trialId}/infer`, { body });
    expect((await ask()).status).toBe(200);
    const target = { type: 'serving.deployment', id: trialId };
    const stop = { reason: 'r', by: 'party_operator' };
    await db.transaction((tx) => house.serving.stops.set(tx, target, stop, operator));
    const stopped = await ask();
    expect(stopped.status).toBe(409);
    expect(stopped.body.error).toMatch(/stopped/);
    expect(await house.serving.handlers.getTrial({ trialId }, reader)).toMatchObject({
      ...{ state: 'stopped', process: 'asleep' },
    });
    await db.transaction((tx) => house.serving.stops.release(tx, target, stop, operator));
    await expect.poll(async () => (await ask()).status).toBe(200);
  });

  it('bound what one caller may ask, sleep when nobody does, and wake', async () => {
    const house = await start({
      serving: { SERVING_TRIAL_CALLS_PER_SECOND: 1, SERVING_IDLE_SECONDS: 1 },
    });
    const { trialId } = await house.trial(tenBands());
    const body = {
      inputs: [
        { name: 'Input3', shape: [1, 1, 28, 28], datatype: 'FP32', data: Array(784).fill(0) },
      ],
    };
    const ask = (key: string) => house.oip(`/models/${trialId}/infer`, { key, body });
    expect((await ask('reader')).status).toBe(200);
    const burst = await Promise.all(Array.from({ length: 30 }, () => ask('reader')));
    const refused = burst.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers } of refused) {
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await ask('buyer')).status).toBe(200);
    expect(await house.usage(trialId)).toBe(1 + 30 - refused.length + 1);
    const state = async () => (await house.serving.handlers.getTrial({ trialId }, vendor)).process;
    await expect.poll(state, { timeout: 5_000 }).toBe('asleep');
    expect((await ask('operator')).status).toBe(200);
  });

  it('say why a model does not load, and where none can', async () => {
    const house = await start();
    // Begins as a model does, and is none.
    const { trialId } = await house.trial(Buffer.from([8, 7, 58, 200]));
    const { body } = sumRequest(1, 1);
    const refused = await house.oip(`/models/${trialId}/infer`, { body });
    expect(refused.status).toBe(409);
    expect(refused.body.error).toMatch(/not loaded/);
    expect(await house.serving.handlers.getTrial({ trialId }, vendor)).toMatchObject({
      ...{ process: 'failing', problem: expect.stringMatching(/not loaded/) },
    });
    expect((await house.oip(`/models/${trialId}/ready`)).status).toBe(503);
    const bare = await start({ isolation: 'webassembly' });
    const other = await bare.trial(simple);
    const lacking = await bare.oip(`/models/${other.trialId}/infer`, { body });
    expect(lacking.status).toBe(503);
    expect(lacking.body.error).toMatch(/bubblewrap/);
  });
});
