import { mkdir, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { packedCluster } from './db-pglite-cluster.ts';

// Run by `npm run build`: packs an empty cluster of the PGlite that is installed.
const lite = await PGlite.create();
const dump = await lite.dumpDataDir('gzip');
await lite.close();
const path = fileURLToPath(packedCluster);
await mkdir(new URL('.', packedCluster), { recursive: true });
await writeFile(`${path}.new`, Buffer.from(await dump.arrayBuffer()));
await rename(`${path}.new`, path);
