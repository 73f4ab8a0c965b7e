import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import tar from 'tar-stream';

/**
 * An empty database cluster as PGlite's `dumpDataDir` packs it, made when the package is built
 * (build-platform.ts in src/apps): unpacking it takes a fifth of the time of `initdb`, and little memory.
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

// Nothing else happens in this thread meanwhile, and a thousand small files are written faster one by one.
async function unpack(packed: Uint8Array, folder: string): Promise<void> {
  const entries = Readable.from([gunzipSync(packed)]).pipe(tar.extract());
  const made = new Set<string>();
  const make = (path: string) => {
    if (!made.has(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
    made.add(path);
  };
  for await (const entry of entries) {
    const path = join(folder, entry.header.name);
    if (entry.header.type === 'directory') {
      make(path);
      entry.resume();
      continue;
    }
    make(dirname(path));
    const parts: Uint8Array[] = [];
    for await (const part of entry) if (part instanceof Uint8Array) parts.push(part);
    writeFileSync(path, Buffer.concat(parts), { mode: 0o600 });
  }
}
