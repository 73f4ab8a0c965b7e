import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { vendor } from '../testing.ts';
import { signalWorkers } from '../trials/testing-processes.ts';
import { openTrialHouse, reader, simple, type TrialHouse } from '../trials/testing-trials.ts';
import { png, taskFiles, wav } from './testing-tasks.ts';

/** Programs that answer task-level calls, in real isolation, asked over HTTP. */

let db: Database;
let house: TrialHouse;
beforeAll(async () => {
  db = openDatabase({ engine: 'pglite', folder: null });
  house = await openTrialHouse(db, {
    serving: {
      ...{ SERVING_TRIAL_CALLS_PER_SECOND: 100_000, SERVING_MODEL_RUN_SECONDS_MAX: 2 },
      ...{ SERVING_TASK_ANSWER_BYTES_MAX: 100_000, SERVING_MODEL_BODY_BYTES_MAX: 200_000 },
    },
  });
});
afterAll(async () => {
  await house?.stop();
  await db.close();
});

async function serve(files: Record<string, string | Uint8Array>, folder = '') {
  const placed = Object.entries(files).map(([path, bytes]) => [`${folder}${path}`, bytes]);
  const { repositoryId } = await house.repository(Object.fromEntries(placed));
  const input = { repositoryId, path: `${folder}task.json`, batchMax: 32, delayMs: 0 };
  return house.serving.handlers.createTrial(input, vendor);
}

async function ask(model: string, body: Uint8Array | string | object, type?: string) {
  const isPlain = typeof body === 'string' || body instanceof Uint8Array;
  const answer = await fetch(`${house.address}/v1/tasks/${model}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer reader',
      ...(type === '' ? {} : { 'content-type': type ?? 'application/json' }),
    },
    body: isPlain ? (body as string) : JSON.stringify(body),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

it('every kind of input comes as it was sent, with the options, the folder and a model', async () => {
  const pictures = await serve(
    {
      ...taskFiles(
        'object-detection',
        `async ({ bytes, mediaType, parameters }) => {
          console.log('to nobody');
          process.stderr.write('to nobody');
          const tensor = (value) => new ort.Tensor('int32', new Int32Array(16).fill(value), [1, 16]);
          const { OUTPUT0 } = await model.run({ INPUT0: tensor(bytes.length), INPUT1: tensor(bytes[0]) });
          const box = { xmin: OUTPUT0.data[0], ymin: -1, xmax: 2, ymax: 3 };
          return [{ label: [mediaType, options.word, words, parameters.more].join(' '), score: 1, box }];
        }`,
        {
          options: { word: '雁' },
          load: `
            const model = await ort.InferenceSession.create(folder + '/models/sum.onnx');
            const words = readFileSync(folder + '/words.txt', 'utf8');`,
        },
      ),
      ...{ 'models/sum.onnx': simple, 'words.txt': 'words' },
    },
    'programs/faces/',
  );
  expect(pictures).toMatchObject({ runtime: 'task', task: 'object-detection', trial: true });
  const raw = await ask(pictures.trialId, png, 'image/png');
  const box = { xmin: 32 + 0x89, ymin: -1, xmax: 2, ymax: 3 };
  expect(raw.body, JSON.stringify(raw.body)).toMatchObject({
    task: 'object-detection',
    output: [{ label: 'image/png 雁 words ', score: 1, box }],
    model: { trialId: pictures.trialId, revisionNumber: 1 },
    trial: true,
  });
  const coded = { inputs: png.toString('base64'), parameters: { more: 'x' } };
  expect((await ask(pictures.repositoryId, coded)).body.output).toEqual([
    { label: 'image/png 雁 words x', score: 1, box },
  ]);
  const called = await house.serving.handlers.callTask(
    { trialId: pictures.trialId, ...coded },
    reader,
  );
  expect(called.output).toHaveLength(1);
  const input = {
    kind: 'image' as const,
    ...{ bytes: png, mediaType: 'image/png', parameters: {} },
  };
  const sentence = { kind: 'texts' as const, texts: ['x'], parameters: {} };
  await expect(
    house.serving.tasks.answer({ trialId: pictures.trialId, input: sentence }, reader),
  ).rejects.toMatchObject({ code: 'serving.request_refused' });
  const inside = await house.serving.tasks.answer({ trialId: pictures.trialId, input }, reader);
  expect(inside).toMatchObject({ task: 'object-detection', tookMs: expect.any(Number) });
  expect(await house.usage(pictures.trialId)).toBe(4);

  const sounds = await serve(
    taskFiles(
      'voice-activity-detection',
      `async ({ bytes }) => ({ durationSeconds: bytes.length, stepSeconds: 1, probabilities: [], segments: [] })`,
    ),
  );
  expect((await ask(sounds.trialId, wav, 'audio/wav')).body.output.durationSeconds).toBe(16);

  const vectors = await serve(
    taskFiles(
      'feature-extraction',
      `async ({ texts }) => ({ embeddings: texts.map((text) => [text.length]), tokens: texts.join('').length })`,
    ),
  );
  expect((await ask(vectors.trialId, { inputs: ['a', '投研'] })).body.output).toEqual({
    ...{ embeddings: [[1], [2]], tokens: 3 },
  });
  const text = Buffer.from('d3f1d2ca', 'hex');
  const chinese = await ask(vectors.trialId, text, 'text/plain; Charset="gb18030"');
  expect(chinese.body.output.embeddings).toEqual([[2]]);
  const { items } = await house.serving.handlers.listTrialUsage(
    { trialId: vectors.trialId, limit: 10 },
    vendor,
  );
  expect(items.map(({ calls, rows, tokensIn }) => [calls, rows, tokensIn])).toEqual([[2, 3, 5]]);

  const tables = await serve(
    taskFiles(
      'anomaly-detection',
      `async ({ rows }) => ({ threshold: 1, points: rows.map(({ t, word }) =>
        ({ score: word === 'a "b"' ? t : -1, flag: t === null ? 1 : 0 })) })`,
    ),
  );
  const csv = '\ufefft,word\r\n1.5,"a ""b"""\r\n,x\r\n';
  const points = [
    { score: 1.5, flag: 0 },
    { score: -1, flag: 1 },
  ];
  expect((await ask(tables.trialId, csv, 'text/csv')).body.output).toEqual({
    threshold: 1,
    points,
  });
  const inputs = [
    { t: 1.5, word: 'a "b"' },
    { t: null, word: 'x' },
  ];
  expect((await ask(tables.trialId, { inputs })).body.output.points).toEqual(points);
}, 60_000);

it('what a program does wrong is told, counted as nothing, and felt by no later call', async () => {
  const { trialId } = await serve(
    taskFiles(
      'text-classification',
      `async ({ texts: [text] }) => {
        if (text === 'input') throw refuse('只收\\n一句话 ' + '。'.repeat(400));
        if (text === 'throw') throw new Error('a secret ' + 'x'.repeat(2000));
        if (text === 'never') return new Promise(() => {});
        if (text === 'loop') for (;;) {}
        if (text === 'exit') process.exit(0);
        if (text === 'huge') return 'x'.repeat(200_000);
        if (text === 'broken') (await import('node:fs')).writeSync(4, Buffer.alloc(64, 255));
        if (text === 'wrong') return [[{ label: 'a', score: 2 }]];
        if (text === 'many') return [[], []];
        return [[{ label: text, score: 1, more: 1 }]];
      }`,
    ),
  );
  const problem = async (inputs: string) => {
    const { status, body } = await ask(trialId, { inputs });
    return [status, body.code, body.data?.reason ?? body.message];
  };
  const good = async () => {
    const { body } = await ask(trialId, { inputs: 'good' });
    expect(body.output, JSON.stringify(body)).toEqual([[{ label: 'good', score: 1 }]]);
  };
  await good();
  const [status, code, message] = await problem('input');
  expect([status, code]).toEqual([400, 'serving.inference_refused']);
  expect(message).toMatch(/: 只收 一句话 。+$/);
  expect(String(message).length).toBeLessThan(350);
  expect(await problem('throw')).toEqual([409, 'serving.model_failed', 'program_error']);
  expect(await problem('huge')).toEqual([409, 'serving.model_failed', 'program_error']);
  for (const wrong of ['wrong', 'many']) {
    expect(await problem(wrong)).toEqual([409, 'serving.model_failed', 'output_invalid']);
  }
  await good();
  for (const [what, expected] of [
    ['loop', [504, 'serving.model_timeout']],
    ['exit', [409, 'serving.model_failed']],
    ['never', [409, 'serving.model_failed']],
    ['broken', [409, 'serving.model_failed']],
  ] as const) {
    expect((await problem(what)).slice(0, 2), what).toEqual(expected);
    await good();
  }
  expect(await house.usage(trialId)).toBe(6);
}, 60_000);

it('kill -9 of the program during a burst loses no accepted call and counts none twice', async () => {
  const { trialId } = await serve(
    taskFiles(
      'feature-extraction',
      `async ({ texts: [text] }) => ({ embeddings: [[+text]], tokens: 1 })`,
    ),
  );
  const count = 200;
  let killed = 0;
  let answered = 0;
  let answeredBefore = -1;
  const asked = Array.from({ length: count }, async (_, place) => {
    await new Promise((resolve) => setTimeout(resolve, place * 5));
    if (place % 60 === 50) {
      // One that is killed again before it answered anything is one that does not work: that is refused.
      await expect.poll(() => answered, { timeout: 30_000 }).toBeGreaterThan(answeredBefore);
      answeredBefore = answered;
      killed += signalWorkers('task-worker.mjs', 'SIGKILL');
    }
    const { body } = await ask(trialId, { inputs: `${place}` });
    expect(body.output?.embeddings, JSON.stringify(body)).toEqual([[place]]);
    answered += 1;
  });
  await Promise.all(asked);
  expect(killed).toBeGreaterThan(1);
  expect(await house.usage(trialId)).toBe(count);
}, 60_000);

it('bodies that are not what the task takes are refused with a reason, by any door', async () => {
  const faces = await serve(taskFiles('image-classification', 'async () => []'));
  const anomalies = await serve(
    taskFiles(
      'anomaly-detection',
      'async ({ rows }) => ({ threshold: 0, points: rows.map(() => ({ score: 0, flag: 0 })) })',
    ),
  );
  const told = async (model: string, body: Uint8Array | string | object, type?: string) => {
    const answer = await ask(model, body, type);
    expect(answer.body, JSON.stringify(answer.body)).toMatchObject({
      ...{ defined: true, status: answer.status, message: expect.any(String) },
    });
    return [answer.status, answer.body.code];
  };
  const { trialId } = faces;
  expect(await told(trialId, 'x', 'text/plain')).toEqual([415, 'serving.media_type_refused']);
  expect(await told(trialId, png, '')).toEqual([415, 'serving.media_type_refused']);
  expect((await ask(trialId, 'x', 'text/plain')).body.message).toMatch(
    /text\/plain.*application\/json, image\/jpeg, image\/png/,
  );
  expect(await told(trialId, wav, 'image/png')).toEqual([400, 'serving.request_refused']);
  expect(await told(trialId, Buffer.alloc(200_001), 'image/png')).toEqual([
    ...[413, 'kernel.too_large'],
  ]);
  expect(await told(trialId, { inputs: 'no base64 ?' })).toEqual([400, 'serving.request_refused']);
  expect(await told('trial_00000000000000000000000000', { inputs: '' })).toEqual([
    ...[404, 'serving.model_missing'],
  ]);
  const table = anomalies.trialId;
  for (const csv of ['', 'a,b', 'a,a\n1,2', 'a,b\n1', '"a', '"a"b,c\n1,2', ',b\n1,2', 'a\n\n']) {
    expect(await told(table, csv, 'text/csv'), csv).toEqual([400, 'serving.request_refused']);
  }
  expect(await told(table, '\xff'.repeat(9), 'text/csv; charset=ascii-7')).toEqual([
    ...[400, 'serving.request_refused'],
  ]);
  const { trialId: tensors } = await house.trial(simple);
  expect(await told(tensors, { inputs: 'x' })).toEqual([400, 'serving.called_otherwise']);
  const metadata = await house.oip(`/models/${trialId}`);
  expect(metadata.body).toMatchObject({ platform: 'touyan_task', inputs: [{ name: 'request' }] });
  const inferred = await house.oip(`/models/${trialId}/infer`, { body: { inputs: [] } });
  expect([inferred.status, inferred.body.error]).toEqual([400, expect.stringMatching(/v1\/tasks/)]);
  expect(await house.usage(table)).toBe(0);
}, 60_000);

/** mulberry32, a small generator of equal numbers for equal seeds. */
function seeded(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

it('300 spoiled bodies are answered or refused with a reason', async () => {
  const models = await Promise.all([
    serve(taskFiles('text-classification', 'async ({ texts }) => texts.map(() => [])')),
    serve(taskFiles('image-classification', 'async () => []')),
    serve(
      taskFiles(
        'anomaly-detection',
        'async ({ rows }) => ({ threshold: 0, points: rows.map(() => ({ score: 0, flag: 0 })) })',
      ),
    ),
  ]);
  const odd = [null, true, 1e308, '', '\u0000', '\ud800', {}, [], [[]], [null], [{}], [{ a: [] }]];
  const nested = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
  const types = [
    'application/json',
    'text/plain',
    'text/csv',
    'image/png',
    'x/y',
    'text/csv; charset=x',
  ];
  const good = ['text', ['text', '文'], [{ a: 1, b: 'x' }], png.toString('base64')];
  const statuses = new Map<number, number>();
  const bodyOf = (pick: (below: number) => number): string | Buffer => {
    if (pick(6) === 0) return `{"inputs":${nested},"parameters":{"a":${nested}}}`;
    if (pick(3) === 0) return Buffer.concat([png, Buffer.alloc(pick(9), pick(256))]);
    if (pick(3) === 0) return `a,b\n${odd[pick(odd.length)]},"${pick(2) ? '"' : ''}x`;
    const inputs = pick(2) ? good[pick(good.length)] : odd[pick(odd.length)];
    const parameters = pick(2) ? {} : { parameters: pick(2) ? { a: 1 } : odd[pick(odd.length)] };
    return JSON.stringify({ inputs, ...parameters }).slice(pick(5) === 0 ? 1 : 0);
  };
  const send = async (seed: number) => {
    const pick = seeded(seed);
    const model = models[pick(models.length)]!.trialId;
    const { status, body } = await ask(
      model,
      bodyOf(pick),
      types[pick(2) ? 0 : pick(types.length)],
    );
    const said = `seed ${seed}: ${status} ${JSON.stringify(body).slice(0, 300)}`;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 200) return;
    expect([400, 415], said).toContain(status);
    expect(body.code, said).toMatch(/^serving\.(request_refused|media_type_refused)$/);
  };
  for (let seed = 0; seed < 300; seed += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, place) => send(seed + place)));
  }
  expect(statuses.get(400)).toBeGreaterThan(100);
  expect(statuses.get(200)).toBeGreaterThan(10);
  const counted = await Promise.all(models.map(({ trialId }) => house.usage(trialId)));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(statuses.get(200));
}, 60_000);

it('the program of docs/writing-an-algorithm.md is one', async () => {
  const paper = readFileSync(new URL('../../../../docs/writing-an-algorithm.md', import.meta.url));
  const block = (language: string) =>
    new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(paper.toString())?.[1] ?? '';
  const { trialId } = await serve({ 'task.json': block('json'), 'main.mjs': block('js') });
  const told = await ask(trialId, { inputs: ['三号泵泄漏', '晴'] });
  expect(told.body.output, JSON.stringify(told.body)).toEqual([
    [{ label: 'alarm', score: 0.5 }],
    [{ label: 'calm', score: 1 }],
  ]);
  const refused = await ask(trialId, { inputs: 'x', parameters: { from: 'half' } });
  expect([refused.status, refused.body.message]).toEqual([
    ...[400, expect.stringMatching(/: the parameter from is a number$/)],
  ]);
}, 60_000);
