import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOptions } from '#kernel/config.ts';
import { type Database, openDatabase } from '#kernel/db.ts';
import { superviseServices } from '#kernel/supervisor.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { computeOptions, computeSource, createCompute } from '#modules/compute';
import { createHub, hubOptions, hubSource } from '#modules/hub';
import { createServing, servingOptions, servingSource } from '#modules/serving';
import { assuranceSource, createAssurance } from '../index.ts';
import { testOptions } from '../testing.ts';
import { labelSuite, publish, vendor } from './testing-measurements.ts';

/** Answers with the first word of each text; it refuses empty ones, and breaks off at `crash`. */
const program = `export default async function create({ folder, options }) {
  return { async call({ texts }) {
    if (texts.includes('crash 2')) process.exit(1);
    return texts.map((text) => [{ label: text.split(' ')[0] + options.end, score: 1 }]);
  } };
}`;
const task = { task: 'text-classification', entry: 'main.mjs', options: { end: '' } };

describe.skipIf(!existsSync('/usr/bin/bwrap'))('a program of a task in its isolation', () => {
  let db: Database;
  let folder: string;
  let stop: () => Promise<void>;
  let house: Awaited<ReturnType<typeof open>>;

  async function open() {
    const sources = [hubSource, computeSource, servingSource, assuranceSource];
    const { kernel } = await openTestKernel(db, { sources, blobs: true, folder });
    const hub = createHub(readOptions(hubOptions, {}), { kernel });
    const compute = createCompute(
      {
        ...readOptions(computeOptions, {}),
        ...{ COMPUTE_ISOLATION: 'bubblewrap', COMPUTE_INSTALL: 'no' },
        COMPUTE_OPEN_FOLDER: join(tmpdir(), 'touyan-serving-isolation'),
        ...{ folder, nodePath: process.execPath },
      },
      { kernel, hub },
    );
    const serving = createServing(readOptions(servingOptions, {}), { kernel, hub, compute });
    const assurance = createAssurance(testOptions, { kernel, hub, compute, serving });
    const services = [...compute.services, ...serving.services, ...assurance.services];
    const supervisor = superviseServices(services, kernel);
    stop = () => supervisor.stop(10_000);
    return { kernel, hub, serving, assurance };
  }

  beforeAll(async () => {
    db = openDatabase({ engine: 'pglite', folder: null });
    folder = await mkdtemp(join(tmpdir(), 'touyan-measuring-'));
    house = await open();
  });
  afterAll(async () => {
    await stop();
    await db.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is measured over a suite, and measured again comes out the same', async () => {
    const { serving, assurance } = house;
    const files = { 'task.json': JSON.stringify(task), 'main.mjs': program };
    const { repositoryId } = await publish(house, 'vendor', files, 'members');
    const suite = await publish(
      house,
      'vendor',
      labelSuite(['a', 'b', 'crash', 'c', 'd']),
      'members',
    );
    const { trialId } = await serving.handlers.createTrial(
      { repositoryId, path: 'task.json', batchMax: 1, delayMs: 0 },
      vendor,
    );
    const measure = async () => {
      const { measurementId } = await assurance.handlers.createMeasurement(
        { trialId, suite: { repositoryId: suite.repositoryId } },
        vendor,
      );
      const read = () => assurance.handlers.getMeasurement({ measurementId }, vendor);
      await expect.poll(async () => (await read()).state, { timeout: 25_000 }).toBe('done');
      return read();
    };
    const first = await measure();
    expect(first).toMatchObject({ score: 0.8, casesFailed: 1, metric: 'accuracy/1' });
    expect(first.environmentDigest).toMatch(/^sha256:/);
    expect(first.medianMs).toBeGreaterThan(0);
    const { items } = await assurance.handlers.listMeasuredCases(
      { measurementId: first.measurementId, failedOnly: true, limit: 5 },
      vendor,
    );
    expect(items).toMatchObject([{ caseId: 'c2', problem: 'serving.model_failed' }]);
    expect(await measure()).toMatchObject({ repeatOutcome: 'same', repeatOf: first.measurementId });
  }, 60_000);
});
