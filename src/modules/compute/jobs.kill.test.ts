import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openDatabase } from '#kernel/db.ts';
import { openKernel, putText, startCompute } from './testing.ts';

/**
 * A platform is killed while one job runs and another waits: after the next start both have ended once, and
 * what had been acknowledged is there.
 */
test('kill -9 loses no job and ends none twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'touyan-kill-test-'));
  const script = join(folder, 'killed.mjs');
  const here = (path: string) => new URL(path, import.meta.url).href;
  const database = join(folder, 'database');
  await writeFile(
    script,
    `import { openDatabase } from '${here('../../kernel/db.ts')}';
     import { callAs } from '${here('../../kernel/testing-calls.ts')}';
     import { openKernel, putText, startCompute } from '${here('./testing.ts')}';
     const db = openDatabase({ engine: 'pglite', folder: ${JSON.stringify(database)} });
     const { kernel } = await openKernel(db);
     const { compute } = await startCompute(kernel, { COMPUTE_JOBS_AT_ONCE: 1 });
     const program = 'export function create() { let n = 0; return { observe(row) {' +
       'const end = Date.now() + 150; while (Date.now() < end); return { flag: 0, score: row.value } } } }';
     const digest = await putText(kernel, program);
     const features = await putText(kernel, 'value\\n1\\n2\\n3\\n4\\n5\\n6\\n');
     const ids = [];
     for (const basis of ['first', 'second']) {
       ids.push(await db.transaction((tx) => compute.submit(tx, {
         ownerId: 'party_port', basis, environment: 'javascript', mode: 'rows', features, outputs: [],
         program: { files: [{ path: 'main.mjs', digest }], entry: 'main.mjs' }, logs: 'none',
       }, callAs('party_worker', { administratorOf: 'party_port' }))));
     }
     while ((await compute.readJob(ids[0])).state !== 'running') await new Promise((r) => setTimeout(r, 10));
     console.log(JSON.stringify({ ids, digest, features }));
     setTimeout(() => process.kill(process.pid, 'SIGKILL'), 400);`,
  );
  const killed = await promisify(execFile)(process.execPath, [script]).catch((error) => error);
  expect(killed.signal).toBe('SIGKILL');
  const { ids } = JSON.parse(killed.stdout);

  const db = openDatabase({ engine: 'pglite', folder: database });
  const { kernel, close } = await openKernel(db);
  // Objects live in a folder of each test kernel: the same bytes again.
  await putText(kernel, 'value\n1\n2\n3\n4\n5\n6\n');
  await putText(
    kernel,
    'export function create() { let n = 0; return { observe(row) {' +
      'const end = Date.now() + 150; while (Date.now() < end); return { flag: 0, score: row.value } } } }',
  );
  const running = await startCompute(kernel);
  try {
    for (const [index, id] of ids.entries()) {
      const job = await running.ended(id);
      expect(job).toMatchObject({ state: 'done', attempt: index === 0 ? 2 : 1 });
      const facts = await kernel.facts.about(id, { limit: 20 });
      expect(facts.map(({ kind }) => kind)).toEqual([
        'compute.job_finished',
        'compute.job_submitted',
      ]);
    }
  } finally {
    await running.stop();
    await close();
    await db.close();
    await rm(folder, { recursive: true });
  }
}, 120_000);
