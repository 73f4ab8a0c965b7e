import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOptions } from '#kernel/config.ts';
import { type Database, openDatabase } from '#kernel/db.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { computeOptions, createCompute } from '#modules/compute';
import { scoreEvents } from '#verify/event-f1.ts';
import { verifyEvidence } from '#verify/verify.ts';
import type { EvaluationRequest } from './index.ts';
import { type House, openHouse, testRequest } from './testing.ts';

// The two jobs on the real engine: programs in isolation, a scorer that ships with the example.

const secret = 'hidden-value-4711';
const rows = Array.from({ length: 40 }, (_, row) => ({ row, value: row === 20 ? 9 : 1 }));
const features = `row,mote_id,value,note\n${rows
  .map(({ row, value }) => `${row},m1,${value},${row === 7 ? secret : ''}`)
  .join('\n')}\n`;
const labels = `row,mote_id,label,event_id,kind\n${rows
  .map(({ row }) => (row === 20 ? `${row},m1,1,e1,spike` : `${row},m1,0,,`))
  .join('\n')}\n`;
const scorerOptions = { latencyReadings: 0, mergeGapReadings: 0 };

const detector = `export function create() {
  return { observe: ({ value }) => ({ flag: value > 5 ? 1 : 0, score: value }) };
}`;
/** Says what it saw in every way that a program has, and then dies of it. */
const talker = `export function create() {
  return { observe(row) {
    console.log('saw ' + row.note);
    if (row.note !== null) throw new Error(row.note);
    return { flag: 0, score: 0.5 };
  } };
}`;

let db: Database;
let house: House;
const vendor = callAs('party_coder', { memberOf: 'party_vendor' });
const port = callAs('party_clerk', { administratorOf: 'party_port' });
const expert = callAs('party_expert', { roles: ['expert'] });

beforeAll(async () => {
  db = openDatabase({ engine: 'pglite', folder: null });
  house = await openHouse(db, (kernel, folder) => {
    const options = readOptions(computeOptions, { COMPUTE_INSTALL: 'no' });
    const hub = {
      readRevision: () => {
        throw new Error('evaluations name objects by digest');
      },
    };
    return createCompute({ ...options, folder, nodePath: process.execPath }, { kernel, hub });
  });
});
afterAll(async () => {
  await house.close();
  await db.close();
});

const put = async (text: string) =>
  (await house.kernel.blobs.put(Buffer.from(text), { bytesMax: 1e6 })).digest;
const programOf = async (text: string): Promise<EvaluationRequest['program']> => {
  const digest = await put(text);
  return {
    revisionDigest: digest,
    files: [{ path: 'main.mjs', digest }],
    entry: 'main.mjs',
    environment: 'javascript',
  };
};
const begin = async (text: string, more: Partial<EvaluationRequest> = {}) => {
  const path = '../../../examples/sensor-anomaly/scorer/main.mjs';
  const scorer = await readFile(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
  const request = testRequest({
    program: await programOf(text),
    scorer: await programOf(scorer),
    scorerOptions,
    options: {},
    features: await put(features),
    labels: await put(labels),
    limits: { wallSeconds: 20, cpuSeconds: 20, memoryBytes: 256 * 1024 ** 2 },
    ...more,
  });
  return db.transaction((tx) => house.assurance.evaluate(tx, request, vendor));
};
const ended = async (id: string) => {
  for (;;) {
    await house.settle();
    const summary = await house.assurance.readEvaluation(id);
    if (summary && ['done', 'failed', 'stopped'].includes(summary.state)) return summary;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

it('goes from a program to a certificate whose score a stranger recomputes', async () => {
  const id = await begin(detector);
  const { state, reason, exact } = await ended(id);
  expect({ state, reason }).toEqual({ state: 'done', reason: null });
  expect(exact).toMatchObject({ score: 1, eventsTrue: 1, eventsFound: 1, falseAlarms: 0 });
  const again = await house.assurance.handlers.attestScore({ evaluationId: id }, expert);
  await ended(again.evaluationId);
  const seen = await house.assurance.handlers.getEvaluation({ evaluationId: id }, port);
  expect(seen.repeats).toMatchObject([{ outcome: 'equal' }]);
  expect(seen.counters).toMatchObject({ rowsAnswered: rows.length });
  expect(seen.isolation).toMatch(/^(bubblewrap|webassembly)$/);
  const words = { zh: '测试', en: 'test' };
  const certificateId = await db.transaction((tx) =>
    house.assurance.issueCertificate(
      tx,
      {
        evaluationId: id,
        ...{ title: words, scope: words, limits: words, basis: 'call_1' },
        ...{ holderId: 'party_vendor', holderName: '示例', validDays: 1 },
      },
      port,
    ),
  );
  await house.assurance.handlers.discloseEvaluation({ evaluationId: id }, port);
  await house.settle();
  const file = await house.assurance.handlers.certificateEvidence({ certificateId }, vendor);
  const trust = { logKey: house.kernel.ledger.vkey, witnessKeys: [] };
  const report = await verifyEvidence(JSON.stringify(file), trust);
  expect(report.failures).toEqual([]);
  expect(report.claims.find(({ path }) => path === '/score')).toMatchObject({
    level: 'recomputed',
    attestedBy: 'party_expert',
  });
  const predictions = await house.kernel.blobs.text(seen.predictionsDigest ?? '', 1e6);
  expect(scoreEvents(predictions, labels, scorerOptions).score).toBe(exact?.score);
});

it('tells the submitter of a program that talks nothing that it said of hidden data', async () => {
  const id = await begin(talker);
  expect(await ended(id)).toMatchObject({
    state: 'failed',
    reason: { code: 'program_error', phase: 'predict', ours: false },
  });
  const { getEvaluation, listEvaluations, readLog } = house.assurance.handlers;
  const seen = await getEvaluation({ evaluationId: id }, vendor);
  const listed = await listEvaluations({ limit: 100, repeats: false }, vendor);
  expect(JSON.stringify([seen, listed])).not.toContain(secret);
  // It died at row 7, of 40.
  expect([0, 1, 2, 4, 8]).toContain(seen.counters?.rowsAnswered);
  for (const reader of [vendor, port]) {
    const input = { evaluationId: id, phase: 'predict' as const };
    await expect(readLog(input, reader)).rejects.toMatchObject({ category: 'denied' });
  }
});

it('shows the same program its whole log on public data', async () => {
  const id = await begin(talker, { datasetKind: 'public' });
  expect(await ended(id)).toMatchObject({ state: 'failed', reason: { code: 'program_error' } });
  const log = await house.assurance.handlers.readLog(
    { evaluationId: id, phase: 'predict' },
    vendor,
  );
  expect(log.text).toContain(`saw ${secret}`);
});
