import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that all test files of one run share; see `finished-run.ts`. Called by vitest. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'touyan-shared-'));
  process.env.TOUYAN_TEST_SHARED = folder;
  return () => rm(folder, { recursive: true, force: true });
}
