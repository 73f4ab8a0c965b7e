import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { identityModel } from '#kernel/testing-onnx.ts';
import { openTrialHouse, simple, type TrialHouse } from '../trials/testing-trials.ts';

/** The official Python client of Triton, installed from PyPI and unmodified, against our doors. */

const packages = ['tritonclient[http]==2.73.0', 'numpy==2.2.6'];
const script = fileURLToPath(new URL('../fixtures/triton-client.py', import.meta.url));
const python = installClient();
if (python === null) {
  console.warn('LEFT OUT: tritonclient cannot be installed here: it has not asked our models.');
}

/** A virtual environment that later runs find again; null where there is no Python or no index of packages. */
function installClient(): string | null {
  const base = existsSync(homedir()) ? join(homedir(), '.cache') : tmpdir();
  const folder = join(base, `touyan-test-${packages.join('-').replace(/[^\w.]/g, '-')}`);
  const [own, mark] = [join(folder, 'bin', 'python'), join(folder, 'ready')];
  if (existsSync(mark)) return own;
  const steps = [
    ['python3', '-m', 'venv', '--clear', folder],
    [own, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
    [own, '-c', `open(${JSON.stringify(mark)}, 'w').close()`],
  ];
  const failed = steps.find(
    ([command = '', ...argv]) => spawnSync(command, argv, { stdio: 'ignore' }).status !== 0,
  );
  return failed ? null : own;
}

describe.skipIf(python === null)(
  'tritonclient',
  () => {
    let db: Database;
    let house: TrialHouse;
    beforeAll(async () => {
      db = openDatabase({ engine: 'pglite', folder: null });
      house = await openTrialHouse(db);
    });
    afterAll(async () => {
      await house?.stop();
      await db?.close();
    });

    it('asks with JSON and binary tensors, compressed or not, and understands every answer', async () => {
      const [sum, text, half] = await Promise.all([
        house.trial(simple),
        house.trial(identityModel('BYTES', ['rows', 2])),
        house.trial(identityModel('FP16', ['rows', 2])),
      ]);
      const argv = [script, new URL(house.address).host, sum.trialId, text.trialId, half.trialId];
      const child = spawn(python ?? '', argv, { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (part: string) => {
          said += part;
        });
      }
      const [status] = await once(child, 'close');
      expect(status, said).toBe(0);
      expect(said.trim().split('\n').at(-1)).toBe('understood');
      expect(await house.usage(sum.trialId)).toBe(9);
    }, 60_000);
  },
  300_000,
);
