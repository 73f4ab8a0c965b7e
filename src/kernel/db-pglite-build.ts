import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

/** Packs the cluster in a folder, or a new, empty one, into a file from which others are made. */
export async function packCluster(folder: string | null, file: URL): Promise<void> {
  const lite = folder === null ? await PGlite.create() : await PGlite.create(folder);
  const dump = await lite.dumpDataDir('gzip');
  await lite.close();
  const path = fileURLToPath(file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, Buffer.from(await dump.arrayBuffer()));
  await rename(`${path}.new`, path);
}
