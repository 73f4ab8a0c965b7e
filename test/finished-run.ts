import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DemoResult } from '../src/apps/demo/result.ts';
import { runTouyan } from './touyan-process.ts';

/** A main job that has ended, in a data folder that nobody may change: work on a copy. */
export type FinishedRun = {
  folder: string;
  result: DemoResult & { seconds: number; secondsToCertificate: number };
  out: string;
};

/**
 * Runs `touyan demo --once --json` in a fresh folder, once for all test files of one run: whoever comes first
 * runs it, the others wait.
 */
export async function finishedRun(): Promise<FinishedRun> {
  const shared = process.env.TOUYAN_TEST_SHARED;
  if (!shared) throw new Error('vitest.config.ts names test/shared-folder.ts as its globalSetup');
  const place = join(shared, 'main-job');
  const ended = join(place, 'ended');
  const folder = join(place, 'data');
  const json = join(place, 'result.json');
  const isFirst = await mkdir(place).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    const argv = ['demo', '--once', '--json', json, '--data', folder, '--port', '0'];
    const { code, out, err } = await runTouyan(argv, { throughBin: true, cwd: shared });
    await writeFile(`${ended}.new`, code === 0 ? out : `failed with ${code}:\n${out}\n${err}`);
    await rename(`${ended}.new`, ended);
  }
  while (!existsSync(ended)) await sleep(200);
  const out = await readFile(ended, 'utf8');
  if (out.startsWith('failed')) throw new Error(out);
  return { folder, result: JSON.parse(await readFile(json, 'utf8')), out };
}

/** A data folder of its own with the same content. */
export async function copyOf(folder: string): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'touyan-copy-'));
  const copy = join(place, 'data');
  await promisify(execFile)('cp', ['-a', folder, copy]);
  return copy;
}
