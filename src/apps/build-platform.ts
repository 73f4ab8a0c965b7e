import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPolicies } from '#kernel/access-engine.ts';
import { openDatabase } from '#kernel/db.ts';
import { packCluster } from '#kernel/db-pglite-build.ts';
import { packedCluster } from '#kernel/db-pglite-cluster.ts';
import { migrate } from '#kernel/migrate.ts';
import { sources } from './compose.ts';
import { migrationsOf, policiesOf } from './open-kernel.ts';
import { packedPlatformFile, packedPolicies } from './packed-platform.ts';

// Run by `npm run build`.
await packCluster(null, packedCluster);
const place = await mkdtemp(join(tmpdir(), 'touyan-build-'));
const folder = join(place, 'database');
const db = openDatabase({ engine: 'pglite', folder });
await migrate(db, migrationsOf(sources));
await db.close();
const packed = new URL('.', packedCluster);
for (const name of await readdir(packed)) {
  if (name.startsWith('platform-')) await rm(new URL(name, packed));
}
await packCluster(folder, packedPlatformFile());
await rm(place, { recursive: true });
createPolicies(policiesOf(sources, packedPolicies));
