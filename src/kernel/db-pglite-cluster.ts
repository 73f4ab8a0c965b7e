import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import tar from 'tar-stream';

/**
 * An empty database cluster as PGlite's `dumpDataDir` packs it, made when the package is built
 * (db-pglite-build.ts): unpacking it takes a fifth of the time of `initdb`, and little memory.
 */
export const packedCluster = new URL('../../dist/database/cluster.tar.gz', import.meta.url);

/**
 * Makes a folder with an empty cluster, from the packed one or else by `initdb`. The folder is there whole
 * or not at all, also after a kill in the midst.
 */
export async function makeCluster(folder: string, packed: Uint8Array | null): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  if (packed) {
    await unpack(packed, unfinished);
  } else {
    const lite = new PGlite(unfinished);
    await lite.waitReady;
    await lite.close();
  }
  await rename(unfinished, folder);
}

async function unpack(packed: Uint8Array, folder: string): Promise<void> {
  const entries = Readable.from([gunzipSync(packed)]).pipe(tar.extract());
  for await (const entry of entries) {
    const path = join(folder, entry.header.name);
    if (entry.header.type === 'directory') {
      await mkdir(path, { recursive: true, mode: 0o700 });
      entry.resume();
      continue;
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const parts: Uint8Array[] = [];
    for await (const part of entry) if (part instanceof Uint8Array) parts.push(part);
    await writeFile(path, Buffer.concat(parts), { mode: 0o600 });
  }
}
