import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '#kernel/db.ts';
import { tenBands } from '#kernel/testing-onnx.ts';
import { installClient, runClient } from '../testing-clients.ts';
import { serveHub } from './testing-hf.ts';

const client = installClient('npm', ['@huggingface/hub@2.17.5']);
// Half a gigabyte, since it brings ONNX Runtime along.
const transformers = installClient('npm', ['@huggingface/transformers@4.3.1']);

/** Runs a script against a hub of its own. */
async function ask(script: string, packages: string) {
  const hub = await serveHub(openDatabase({ engine: 'pglite', folder: null }));
  const folder = await mkdtemp(join(tmpdir(), 'touyan-hf-'));
  const [ada, bob] = [await hub.person('ada'), await hub.person('bob')];
  const answer = await runClient(process.execPath, script, {
    ...{ address: hub.address, folder, packages, ada: ada.key, bob: bob.key, ns: ada.namespace },
    model: tenBands().toString('base64'),
  });
  await hub.close();
  await rm(folder, { recursive: true });
  return answer;
}

it.skipIf(client === null)('@huggingface/hub works with nothing set but hubUrl', async () => {
  const { status, said } = await ask('hf-client.mjs', client ?? '');
  expect(said).toMatch(/^ok$/m);
  expect(status).toBe(0);
});

it.skipIf(transformers === null)('transformers.js runs a model straight from here', async () => {
  const { status, said } = await ask('transformers-client.mjs', transformers ?? '');
  expect(said).toMatch(/^ok$/m);
  expect(status).toBe(0);
});
