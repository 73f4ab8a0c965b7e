import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { externalModel, identityModel, type OnnxElement, tenBands } from '#kernel/testing-onnx.ts';
import { vendor } from '../testing.ts';
import { signalWorkers, workerProcesses } from '../trials/testing-processes.ts';
import { openTrialHouse, simple, sumRequest, type TrialHouse } from '../trials/testing-trials.ts';

/** Real models in real isolation, asked over HTTP. */

let db: Database;
let house: TrialHouse;
beforeAll(async () => {
  db = openDatabase({ engine: 'pglite', folder: null });
  house = await openTrialHouse(db, {
    serving: { SERVING_TRIAL_CALLS_PER_SECOND: 100_000, SERVING_MODEL_RUN_SECONDS_MAX: 8 },
  });
});
afterAll(async () => {
  await house?.stop();
  await db.close();
});

const modelProcesses = () => workerProcesses('model-worker.mjs');
const signalModels = (signal: NodeJS.Signals) => signalWorkers('model-worker.mjs', signal);

const asleepAll = async (trialId: string) =>
  house.oip(`/repository/models/${trialId}/unload`, { key: 'vendor', body: {} });

/** Sends a binary request as tritonclient does, and cuts the answer. */
async function binary(trialId: string, head: object, tensors: Uint8Array, more: object = {}) {
  const text = Buffer.from(JSON.stringify(head));
  const answer = await fetch(`${house.address}/v2/models/${trialId}/infer`, {
    method: 'POST',
    headers: {
      ...{ authorization: 'Bearer reader', 'content-type': 'application/octet-stream' },
      ...{ 'inference-header-content-length': String(text.length), ...more },
    },
    body:
      'content-encoding' in more
        ? gzipSync(Buffer.concat([text, tensors]))
        : Buffer.concat([text, tensors]),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const length = answer.headers.get('inference-header-content-length');
  const at = length === null ? bytes.length : Number(length);
  return {
    status: answer.status,
    head: JSON.parse(bytes.toString('utf8', 0, at)),
    tensors: bytes.subarray(at),
  };
}

it('every datatype comes back as it went, byte for byte', async () => {
  const sizes: Partial<Record<OnnxElement, number>> = {
    FP16: 2,
    BOOL: 1,
    INT64: 8,
    UINT64: 8,
    FP64: 8,
  };
  const some: OnnxElement[] = [
    'BOOL',
    'UINT8',
    'UINT64',
    'INT8',
    'INT16',
    'INT64',
    'FP16',
    'FP64',
    'BYTES',
  ];
  for (const datatype of some) {
    const { trialId } = await house.trial(identityModel(datatype, ['rows', 3]));
    const size = sizes[datatype] ?? (datatype === 'INT16' ? 2 : 1);
    const data =
      datatype === 'BYTES'
        ? Buffer.from('\u0002\0\0\0hi\u0000\0\0\0\u0003\0\0\0雁')
        : Buffer.from(
            Array.from({ length: 3 * size }, (_, place) =>
              datatype === 'BOOL' ? place % 2 : place + 1,
            ),
          );
    const parameters = { binary_data_size: data.length };
    const head = {
      ...{ id: '7', parameters: { binary_data_output: true } },
      inputs: [{ name: 'X', datatype, shape: [1, 3], parameters }],
    };
    const answer = await binary(
      trialId,
      head,
      data,
      datatype === 'INT8' ? { 'content-encoding': 'gzip' } : {},
    );
    expect(answer.status, `${datatype} ${JSON.stringify(answer.head)}`).toBe(200);
    expect(answer.head).toMatchObject({
      id: '7',
      outputs: [{ name: 'Y', datatype, shape: [1, 3] }],
    });
    expect(answer.tensors).toEqual(data);
    await house.serving.handlers.endTrial({ trialId, reason: 'done' }, vendor);
  }
}, 60_000);

it('external data come along where the revision has them, and are missed where not', async () => {
  const weights = Buffer.from(new Float32Array([10, 20]).buffer);
  const { repositoryId } = await house.repository({
    ...{ 'm/net.onnx': externalModel('w/net.data', 2), 'm/w/net.data': weights },
    ...{ 'm/w/other.data': 'x', 'lone.onnx': externalModel('gone.data', 2) },
  });
  const create = (path: string) =>
    house.serving.handlers.createTrial({ repositoryId, path, batchMax: 1, delayMs: 0 }, vendor);
  const [whole, lone] = [await create('m/net.onnx'), await create('lone.onnx')];
  const body = { inputs: [{ name: 'X', datatype: 'FP32', shape: [1, 2], data: [1, 2] }] };
  const answer = await house.oip(`/models/${whole.trialId}/infer`, { body });
  expect(answer.body.outputs?.[0].data, JSON.stringify(answer.body)).toEqual([11, 22]);
  expect((await house.oip(`/models/${lone.trialId}/infer`, { body })).status).toBe(409);
}, 60_000);

it('kill -9 of the process while it loads is not felt by the call that waits', async () => {
  const { trialId } = await house.trial(simple);
  const before = new Set(modelProcesses());
  const { body, sums } = sumRequest(1, 2);
  const asked = house.oip(`/models/${trialId}/infer`, { body });
  const loading = () => modelProcesses().filter((pid) => !before.has(pid));
  await expect.poll(loading, { interval: 5, timeout: 10_000 }).not.toEqual([]);
  for (const pid of loading()) process.kill(pid, 'SIGKILL');
  const answer = await asked;
  expect(answer.body.outputs?.[0]?.data, JSON.stringify(answer.body)).toEqual(sums);
  expect(await house.usage(trialId)).toBe(1);
}, 60_000);

it('kill -9 of the process during a burst loses no accepted call and counts none twice', async () => {
  const { trialId } = await house.trial(simple);
  expect((await house.oip(`/models/${trialId}/infer`, sumRequest(0, 0))).status).toBe(200);
  const count = 400;
  let killed = 0;
  let answered = 0;
  let answeredBefore = -1;
  const asked = Array.from({ length: count }, async (_, place) => {
    await new Promise((resolve) => setTimeout(resolve, place * 5));
    if (place % 100 === 60) {
      // A process that is killed again before it answered anything is one that does not work: that is refused.
      await expect.poll(() => answered, { timeout: 30_000 }).toBeGreaterThan(answeredBefore);
      answeredBefore = answered;
      killed += signalModels('SIGKILL');
    }
    const { body, sums, differences } = sumRequest(place, 3);
    const answer = await house.oip(`/models/${trialId}/infer`, { body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    answered += 1;
    expect(answer.body.outputs.map(({ data }: { data: number[] }) => data)).toEqual([
      sums,
      differences,
    ]);
  });
  await Promise.all(asked);
  expect(killed).toBeGreaterThan(2);
  expect(await house.usage(trialId)).toBe(count + 1);
}, 60_000);

it('calls that come together go together, and only such as are alike', async () => {
  const { trialId } = await house.trial(identityModel('INT32', ['rows', 'columns']), {
    delayMs: 200,
  });
  const ask = async (rows: number, columns: number) => {
    const data = Array.from({ length: rows * columns }, (_, place) => rows * 100 + columns + place);
    const body = { inputs: [{ name: 'X', datatype: 'INT32', shape: [rows, columns], data }] };
    const answer = await house.oip(`/models/${trialId}/infer`, { body });
    expect(answer.body.outputs?.[0], JSON.stringify(answer.body)).toMatchObject({
      shape: [rows, columns],
      data,
    });
  };
  await ask(1, 1);
  await Promise.all(
    Array.from({ length: 24 }, (_, place) => ask(1 + (place % 3), place < 12 ? 4 : 5)),
  );
  const { body } = await house.oip(`/models/${trialId}/stats`);
  const [stats] = body.model_stats;
  expect(stats).toMatchObject({ inference_count: 49, inference_stats: { success: { count: 25 } } });
  expect(stats.execution_count).toBeLessThan(20);
  expect(stats.execution_count).toBeGreaterThanOrEqual(3);
}, 60_000);

it('a run over its limit is 504 and ends the process, and the next call is answered', async () => {
  const { trialId } = await house.trial(simple);
  const { body, sums } = sumRequest(4, 5);
  const ask = () => house.oip(`/models/${trialId}/infer`, { body });
  expect((await ask()).status).toBe(200);
  expect(signalModels('SIGSTOP')).toBeGreaterThan(0);
  const late = await ask();
  expect(late.status).toBe(504);
  expect(late.body.error).toMatch(/within 8 seconds/);
  expect((await ask()).body.outputs[0].data).toEqual(sums);
  expect(await house.usage(trialId)).toBe(2);
  for (const trial of (await house.serving.handlers.listTrials({ limit: 100 }, vendor)).items) {
    if (trial.state === 'open') await asleepAll(trial.trialId);
  }
  await expect.poll(modelProcesses).toEqual([]);
}, 60_000);

it('pictures are classified; a raw tensor is a request', async () => {
  const { trialId } = await house.trial(tenBands());
  // Bright in the second of its ten bands.
  const image = new Float32Array(784).fill(255, 79, 156);
  const outputs = [{ name: 'Plus214_Output_0', parameters: { classification: 2 } }];
  const inputs = [{ name: 'Input3', shape: [1, 1, 28, 28], datatype: 'FP32', data: [...image] }];
  const { body } = await house.oip(`/models/${trialId}/infer`, { body: { inputs, outputs } });
  expect(body.outputs[0]).toMatchObject({ datatype: 'BYTES', shape: [1, 2] });
  expect(body.outputs[0].data[0]).toMatch(/:1$/);
  const raw = await fetch(`${house.address}/v2/models/${trialId}/infer`, {
    method: 'POST',
    headers: { authorization: 'Bearer reader', 'inference-header-content-length': '0' },
    body: Buffer.from(image.buffer),
  });
  expect(raw.status).toBe(200);
  const bytes = Buffer.from(await raw.arrayBuffer());
  expect(bytes.length - Number(raw.headers.get('inference-header-content-length'))).toBe(40);
}, 60_000);
