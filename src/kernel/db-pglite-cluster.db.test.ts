import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from './db.ts';
import { makeCluster, packedCluster } from './db-pglite-cluster.ts';

describe('a new cluster', () => {
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'touyan-cluster-'));
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  test('takes the place of one that was left unfinished', async () => {
    const folder = join(place, 'whole');
    await mkdir(`${folder}.unfinished`);
    await writeFile(join(`${folder}.unfinished`, 'base'), 'half of it');
    await makeCluster(folder, await readFile(packedCluster));
    expect(existsSync(`${folder}.unfinished`)).toBe(false);
    const db = openDatabase({ engine: 'pglite', folder });
    expect((await db.raw('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await db.close();
  });

  test('is not there at all if what it is made from is damaged', async () => {
    const folder = join(place, 'damaged');
    const packed = (await readFile(packedCluster)).subarray(0, 100_000);
    await expect(makeCluster(folder, packed)).rejects.toThrow();
    expect(existsSync(folder)).toBe(false);
  });
});
