import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '#kernel/db.ts';
import { installClient, runClient } from '../testing-clients.ts';
import { serveHub } from './testing-hf.ts';

const client = installClient('python', ['huggingface_hub==2.4.0', 'hf-xet==1.8.0']);

it.skipIf(client === null)(
  'huggingface_hub works with nothing set but the endpoint',
  { timeout: 90_000 },
  async () => {
    const db = openDatabase({ engine: 'pglite', folder: null });
    const hub = await serveHub(db, { HUB_REGULAR_UPLOAD_BYTES_MAX: '20000000' });
    const folder = await mkdtemp(join(tmpdir(), 'touyan-hf-'));
    const [ada, bob] = [await hub.person('ada'), await hub.person('bob')];
    const { status, said } = await runClient(join(client ?? '', 'bin', 'python'), 'hf-client.py', {
      ...{ address: hub.address, folder, ada: ada.key, adaReads: await ada.readingKey() },
      ...{ bob: bob.key, ns: ada.namespace, bobNs: bob.namespace },
    });
    expect(said).toMatch(/^ok$/m);
    expect(status).toBe(0);
    await hub.close();
    await rm(folder, { recursive: true });
  },
);
