import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { openTrialHouse, simple, sumRequest, type TrialHouse } from '../trials/testing-trials.ts';

/** A thousand spoiled requests: each is answered or refused with words, and nothing of them stays. */

const REQUESTS = 1_000;
const AT_ONCE = 20;

let db: Database;
let house: TrialHouse;
let trialId: string;
beforeAll(async () => {
  db = openDatabase({ engine: 'pglite', folder: null });
  house = await openTrialHouse(db, { serving: { SERVING_TRIAL_CALLS_PER_SECOND: 100_000 } });
  ({ trialId } = await house.trial(simple));
});
afterAll(async () => {
  await house?.stop();
  await db.close();
});

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

const oddities = [
  ...[null, true, -1, 0, 1.5, 2 ** 53, 1e308, '', 'x', '\u0000', '\ud800', [], {}, [[]]],
  ...['__proto__', 'INT64', 'BYTES', 'BF16', [1, -1], [2 ** 40, 2 ** 40], Array(17).fill(1)],
];

/** Puts something odd somewhere into a value. */
function spoil(value: unknown, pick: (below: number) => number): unknown {
  if (typeof value !== 'object' || value === null || pick(4) === 0)
    return oddities[pick(oddities.length)];
  if (Array.isArray(value)) {
    const place = pick(value.length);
    return value.map((one, at) => (at === place ? spoil(one, pick) : one));
  }
  const entries = Object.entries(value);
  const place = pick(entries.length + 1);
  if (place === entries.length) return Object.fromEntries(entries.slice(1));
  return Object.fromEntries(
    entries.map(([key, one], at) => [key, at === place ? spoil(one, pick) : one]),
  );
}

function requestOf(seed: number): { path: string; headers: Record<string, string>; body: Buffer } {
  const pick = seeded(seed);
  const { body } = sumRequest(1, 2);
  const binary = {
    ...{ id: 'x', parameters: { binary_data_output: true } },
    inputs: body.inputs.map(({ data: _, ...input }) => ({
      ...input,
      parameters: { binary_data_size: 64 },
    })),
    outputs: [{ name: 'OUTPUT0', parameters: { binary_data: true, classification: 3 } }],
  };
  const isBinary = pick(2) === 0;
  let head = spoil(isBinary ? binary : body, pick);
  if (pick(3) === 0) head = spoil(head, pick);
  const text = Buffer.from(JSON.stringify(head) ?? '');
  const tensors = isBinary
    ? Buffer.alloc(pick(3) === 0 ? pick(300) : 128, pick(256))
    : Buffer.alloc(0);
  const bytes = Buffer.concat([text, tensors]);
  for (let flips = pick(4); flips > 0 && bytes.length > 0; flips -= 1) {
    if (pick(3) === 0) bytes[pick(bytes.length)] = pick(256);
  }
  const lengths = [String(text.length), String(pick(400)), '0', '-1', '99999999999', 'x'];
  const headers: Record<string, string> = {};
  if (isBinary || pick(5) === 0) {
    headers['inference-header-content-length'] = lengths[pick(3) === 0 ? pick(lengths.length) : 0]!;
  }
  if (pick(8) === 0) headers['content-encoding'] = ['gzip', 'deflate', 'br', 'x'][pick(4)]!;
  const paths = [
    ...[`/models/${trialId}/infer`, `/models/${trialId}/versions/1/infer`],
    ...[
      `/models/${trialId}/versions/x/infer`,
      '/models/%00/infer',
      `/repository/models/${trialId}/load`,
    ],
    ...['/repository/index', '/nothing'],
  ];
  return { path: paths[pick(3) === 0 ? pick(paths.length) : 0]!, headers, body: bytes };
}

it('1,000 spoiled requests are answered or refused with a reason', async () => {
  const statuses = new Map<number, number>();
  const send = async (seed: number) => {
    const { path, headers, body } = requestOf(seed);
    const answer = await fetch(`${house.address}/v2${path}`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { authorization: 'Bearer reader', ...headers },
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const said = `seed ${seed}: ${answer.status} ${bytes.toString('latin1').slice(0, 300)}`;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 200) return;
    expect(answer.status, said).toBeGreaterThanOrEqual(400);
    expect(answer.status, said).toBeLessThan(500);
    expect(JSON.parse(bytes.toString()).error, said).toEqual(expect.any(String));
  };
  await send(-1);
  for (let seed = 0; seed < REQUESTS; seed += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => send(seed + place)));
  }
  // Not all of one kind: some get through, most do not.
  expect(statuses.get(400)).toBeGreaterThan(REQUESTS / 3);
  expect(statuses.get(200)).toBeGreaterThan(10);
  const { body, sums } = sumRequest(1, 2);
  expect((await house.oip(`/models/${trialId}/infer`, { body })).body.outputs[0].data).toEqual(
    sums,
  );
  // Nothing waits, and its process is still the first.
  const { body: stats } = await house.oip(`/models/${trialId}/stats`);
  expect(stats.model_stats[0].inference_stats.success.count).toBe(await house.usage(trialId));
}, 60_000);
