import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { identityModel } from '#kernel/testing-onnx.ts';
import { operator, vendor } from '../testing.ts';
import { openTrialHouse, simple, sumRequest, type TrialHouse } from '../trials/testing-trials.ts';

/** Models of another Touyan behind this one, through the same queue, batcher, count and stop as local ones. */

let databases: Database[] = [];
let there: TrialHouse;
let here: TrialHouse;
let folder: string;
let bare: string;

beforeAll(async () => {
  databases = [1, 2].map(() => openDatabase({ engine: 'pglite', folder: null }));
  const [first, second] = databases;
  there = await openTrialHouse(first!);
  folder = await mkdtemp(join(tmpdir(), 'touyan-remotes-'));
  const file = join(folder, 'remotes.json');
  bare = await bareServer();
  const plain = { origin: bare, privateNetwork: true };
  const other = { origin: there.address, key: 'reader', privateNetwork: true };
  await writeFile(file, JSON.stringify([other, plain]));
  const serving = { SERVING_REMOTES_FILE: file, SERVING_TRIAL_CALLS_PER_SECOND: 10_000 };
  here = await openTrialHouse(second!, { isolation: 'webassembly', serving });
});
afterAll(async () => {
  await here?.stop();
  await there?.stop().catch(() => 'it was stopped');
  for (const db of databases) await db.close();
  for (const close of closing) close();
  await rm(folder, { recursive: true });
});

const closing: (() => void)[] = [];

/** A server that speaks the protocol without its extensions: tensors as JSON only. It doubles what it gets. */
async function bareServer(): Promise<string> {
  const port = (name: string) => ({ name, datatype: 'FP32', shape: ['-1', 2] });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const say = (value: object) => response.end(JSON.stringify(value));
    if (request.url === '/v2') return say({ name: 'bare', version: '1', extensions: [] });
    if (request.url === '/v2/models/twice')
      return say({ inputs: [port('X')], outputs: [port('Y')] });
    const { inputs } = JSON.parse(Buffer.concat(chunks).toString());
    const data = inputs[0].data.flat().map((value: number) => value * 2);
    if (data[0] === 0) return response.writeHead(400).end('{"error":"nothing to double"}');
    if (data[0] < 0) return response.socket?.destroy();
    say({ model_name: 'twice', outputs: [{ ...inputs[0], name: 'Y', data }] });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

async function remote(spec: object, more: object = {}) {
  const whole = { protocol: 'open-inference', url: there.address, ...spec };
  const { repositoryId } = await here.repository({ 'm/remote.json': JSON.stringify(whole) });
  const input = { repositoryId, path: 'm/remote.json', batchMax: 32, delayMs: 0, ...more };
  return here.serving.handlers.createTrial(input, vendor);
}

it('answer as they do at home, together where calls come together, each counted once', async () => {
  const home = await there.trial(simple);
  const { trialId } = await remote({ model: home.trialId }, { delayMs: 100 });
  const metadata = await here.oip(`/models/${trialId}`);
  expect(metadata.body.inputs, JSON.stringify(metadata.body)).toEqual([
    { name: 'INPUT0', datatype: 'INT32', shape: [-1, 16] },
    { name: 'INPUT1', datatype: 'INT32', shape: [-1, 16] },
  ]);
  await Promise.all(
    Array.from({ length: 20 }, async (_, place) => {
      const { body, sums, differences } = sumRequest(place, 3);
      const answer = await here.oip(`/models/${trialId}/infer`, { body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      const data = answer.body.outputs.map((output: { data: number[] }) => output.data);
      expect(data).toEqual([sums, differences]);
    }),
  );
  expect(await here.usage(trialId)).toBe(20);
  // Joined here, they came as fewer calls there.
  const atHome = await there.usage(home.trialId);
  expect(atHome).toBeGreaterThan(0);
  expect(atHome).toBeLessThan(20);
  expect(await here.serving.handlers.getTrial({ trialId }, vendor)).toMatchObject({
    ...{ runtime: 'remote', task: null, process: 'awake' },
    remote: { protocol: 'open-inference', origin: there.address, model: home.trialId },
  });
});

it('carry texts, and refuse with the words of the other server what it does not take', async () => {
  const home = await there.trial(identityModel('BYTES', ['rows', 2]));
  const { trialId } = await remote({ model: home.trialId });
  const data = ['头雁', '', 'c'.repeat(1_000), 'd'];
  const inputs = [{ name: 'X', datatype: 'BYTES', shape: [2, 2], data }];
  const answer = await here.oip(`/models/${trialId}/infer`, { body: { inputs } });
  expect(answer.body.outputs?.[0].data, JSON.stringify(answer.body)).toEqual(data);
});

it('are asked with JSON where the other server knows no other form', async () => {
  const { trialId } = await remote({ url: bare, model: 'twice' });
  const ask = (data: number[]) => {
    const inputs = [{ name: 'X', datatype: 'FP32', shape: [1, 2], data }];
    return here.oip(`/models/${trialId}/infer`, { body: { inputs } });
  };
  const answer = await ask([1, 2.5]);
  expect(answer.body.outputs?.[0].data, JSON.stringify(answer.body)).toEqual([2, 5]);
  const refused = await ask([0, 0]);
  expect(refused.status).toBe(400);
  expect(refused.body.error).toMatch(/nothing to double/);
  const broken = await ask([-1, 0]);
  expect(broken.status).toBe(503);
  expect(broken.body.error).toMatch(/broke the connection/);
  expect((await ask([3, 4])).status).toBe(200);
  expect(await here.usage(trialId)).toBe(2);
});

it('say why there is no answer, hold at a stop, and lose nothing when the other is gone', async () => {
  const missing = await remote({ model: 'trial_none' });
  const body = sumRequest(1, 1).body;
  const none = await here.oip(`/models/${missing.trialId}/infer`, { body });
  expect(none.status).toBe(503);
  expect(none.body.error).toMatch(/no such model/);

  const home = await there.trial(simple);
  const { trialId } = await remote({ model: home.trialId });
  const ask = () => here.oip(`/models/${trialId}/infer`, { body });
  expect((await ask()).status).toBe(200);
  const target = { type: 'serving.deployment', id: trialId };
  const stop = { reason: 'r', by: 'party_operator' };
  const { db } = here.kernel;
  await db.transaction((tx) => here.serving.stops.set(tx, target, stop, operator));
  expect((await ask()).status).toBe(409);
  await db.transaction((tx) => here.serving.stops.release(tx, target, stop, operator));
  await expect.poll(async () => (await ask()).status, { timeout: 5_000 }).toBe(200);

  const counted = await here.usage(trialId);
  await there.stop();
  const gone = await ask();
  expect(gone.status).toBe(503);
  expect(gone.body.error).toMatch(/takes no connection/);
  expect(await here.usage(trialId)).toBe(counted);
});
