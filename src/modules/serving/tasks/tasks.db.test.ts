import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { operator, vendor } from '../testing.ts';
import { openTrialHouse, reader, type TrialHouse } from '../trials/testing-trials.ts';
import { findTaskFiles } from './task-file.ts';
import { taskFiles } from './testing-tasks.ts';

describe.each(testDatabases())('trials of task programs on $engine', ({ open }) => {
  let db: Database;
  let house: TrialHouse;
  beforeAll(async () => {
    db = await open();
    house = await openTrialHouse(db, { serving: { SERVING_MODEL_BYTES_MAX: 5_000 } });
  });
  afterAll(async () => {
    await house?.stop();
    await db.close();
  });

  const { 'main.mjs': main = '' } = taskFiles('text-classification', 'async () => [[]]');
  const input = (path: string, repositoryId: string) => {
    return { repositoryId, path, batchMax: 1, delayMs: 0 };
  };

  it('are made of what stands in their folder, and say what is wrong with it', async () => {
    const task = { task: 'text-classification', entry: 'main.mjs' };
    const json = (more: object) => JSON.stringify({ ...task, ...more });
    const { repositoryId, revisionDigest } = await house.repository({
      ...{ 'good/task.json': json({ options: { a: [1] } }), 'good/main.mjs': main },
      ...{ 'good/data/x.bin': 'x', 'other.txt': 'not in there' },
      ...{ 'no-json/task.json': '{', 'list/task.json': '[]', 'alone/task.json': json({}) },
      ...{ 'unknown/task.json': json({ task: 'cooking' }), 'more/task.json': json({ model: 'x' }) },
      ...{ 'up/task.json': json({ entry: '../main.mjs' }), 'main.mjs': main },
      ...{ 'type/task.json': json({ entry: 'main.js' }) },
      'deep/task.json': `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      ...{ 'large/task.json': json({}), 'large/main.mjs': main, 'large/w.bin': 'w'.repeat(5_000) },
    });
    const problem = async (path: string) => {
      const { handlers } = house.serving;
      const made = handlers.createTrial(input(path, repositoryId), vendor);
      const error: { code?: string; data?: { problem?: string } } = await made.then(
        () => ({}),
        (thrown) => thrown,
      );
      expect(error.code, path).toBe('serving.not_a_task');
      return error.data?.problem;
    };
    expect(await problem('nowhere/task.json')).toBe('there is no such file');
    expect(await problem('no-json/task.json')).toMatch(/no JSON/);
    expect(await problem('deep/task.json')).toMatch(/it: .*object|nested too deeply/);
    expect(await problem('list/task.json')).toMatch(/^it: /);
    expect(await problem('alone/task.json')).toBe('there is no alone/main.mjs');
    expect(await problem('unknown/task.json')).toMatch(/^task: .*"voice-activity-detection"/);
    expect(await problem('more/task.json')).toMatch(/"model"/);
    expect(await problem('up/task.json')).toMatch(/^entry: has to be the path of an .mjs file/);
    expect(await problem('type/task.json')).toMatch(/^entry: /);
    expect(await problem('large/task.json')).toMatch(/its folder has \d+ bytes, over 5000/);
    const { items } = await house.serving.handlers.listTrials({ repositoryId, limit: 9 }, vendor);
    expect(items).toEqual([]);
    const made = await house.serving.handlers.createTrial(
      input('good/task.json', repositoryId),
      vendor,
    );
    expect(made).toMatchObject({ runtime: 'task', task: 'text-classification' });
    const shown = await house.serving.handlers.getTrial({ trialId: made.trialId }, reader);
    expect(shown).toMatchObject({ endpoint: `/v1/tasks/${made.trialId}` });
    const again = house.serving.handlers.createTrial(input('good/task.json', repositoryId), vendor);
    expect((await again).trialId).toBe(made.trialId);

    // What the inspection of files knows to carry code of other kinds is not given to a program.
    const { files } = await house.hub.readRevision({ repositoryId, revisionDigest }, vendor);
    const known = (format: 'pickle' | 'wasm') =>
      findTaskFiles(files, 'good/task.json', {
        ...{ blobs: house.kernel.blobs, bytesMax: 5_000 },
        inspectionsOf: async (asked) =>
          asked.map(({ path }) => ({
            ...{ state: 'danger' as const, carriesCode: true, findings: [] },
            format: path.endsWith('.bin') ? format : 'text',
          })),
      });
    await expect(known('pickle')).rejects.toMatchObject({
      data: { problem: expect.stringMatching(/good\/data\/x.bin carries code .*pickle/) },
    });
    const found = await known('wasm');
    expect(found.files.map(({ path }) => path).sort()).toEqual([
      ...['data/x.bin', 'main.mjs', 'task.json'],
    ]);
  });

  it('are called by who may read the repository, unless they are stopped', async () => {
    const { trialId, repositoryId } = await house.serving.handlers.createTrial(
      input(
        'task.json',
        (
          await house.repository(
            taskFiles(
              'anomaly-detection',
              'async ({ rows }) => ({ threshold: 1, points: rows.map(() => ({ score: 0, flag: 0 })) })',
            ),
          )
        ).repositoryId,
      ),
      vendor,
    );
    const request = { trialId, inputs: [{ a: 1 }] };
    const ask = (call = reader) =>
      house.serving.handlers.callTask(request, call).then(
        ({ output }) => output,
        (error) => error.code,
      );
    const answer = { threshold: 1, points: [{ score: 0, flag: 0 }] };
    expect(await ask()).toEqual(answer);
    const target = { type: 'serving.deployment', id: trialId };
    const stop = { reason: 'r', by: 'party_operator' };
    await db.transaction((tx) => house.serving.stops.set(tx, target, stop, operator));
    expect(await ask()).toBe('serving.stopped');
    await db.transaction((tx) => house.serving.stops.release(tx, target, stop, operator));
    expect(await ask()).toEqual(answer);
    await house.hub.handlers.setAudience({ repositoryId, audience: 'owner' }, vendor);
    expect(await ask()).toBe('serving.model_missing');
    expect(await house.usage(trialId)).toBe(2);
  });
});
