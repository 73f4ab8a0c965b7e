import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blobs, blobErrors } from './blobs.ts';
import type { Clock } from './clock.ts';
import { kernelErrors } from './errors.ts';
import type { Random } from './ids.ts';

const UNUSED_MS_MIN = 24 * 60 * 60 * 1000;
const SWEEP_BATCH = 500;

/**
 * Blobs in one folder: `sha256/<first two digits>/<digest>`. A blob is written and synced under
 * `incoming/`, renamed to its place, and acknowledged when that name is synced too, so a crash at any
 * step leaves either the whole blob or none. Several servers may share the folder.
 */
export async function openFolderBlobs(
  options: { folder: string },
  uses: { clock: Clock; random: Random },
): Promise<Blobs> {
  const { folder } = options;
  const incoming = join(folder, 'incoming');
  await prepare(folder, incoming);
  const bytes: Blobs['bytes'] = async (digest, bytesMax) => {
    const found = await statBlob(folder, digest);
    if (!found) throw blobErrors.make.blob_missing({ digest });
    if (found.sizeBytes > bytesMax) throw kernelErrors.make.too_large({ limitBytes: bytesMax });
    const parts: Uint8Array[] = [];
    for await (const part of readBlob(folder, digest, {})) parts.push(part);
    return Buffer.concat(parts);
  };
  return {
    async put(source, { bytesMax, expected }) {
      const name = join(incoming, Buffer.from(uses.random(16)).toString('hex'));
      const chunks = source instanceof Uint8Array ? [source] : source;
      try {
        const { hash, sizeBytes } = await writeFile(name, chunks, bytesMax);
        const digest = `sha256:${hash.digest('hex')}`;
        if (expected !== undefined && digest !== expected) {
          throw blobErrors.make.blob_mismatch({ digest, expected });
        }
        // Always renamed, over equal bytes too: the fresh time keeps a sweep away from what was just
        // acknowledged.
        await rename(name, pathOf(folder, digest));
        await syncFolder(shardOf(folder, digest));
        return { digest, sizeBytes };
      } catch (error) {
        await rm(name, { force: true });
        throw isFull(error) ? blobErrors.make.storage_full({}, { cause: error }) : error;
      }
    },
    get: (digest, range = {}) => readBlob(folder, digest, range),
    stat: (digest) => statBlob(folder, digest),
    async path(digest) {
      if (!(await statBlob(folder, digest))) throw blobErrors.make.blob_missing({ digest });
      return pathOf(folder, digest);
    },
    bytes,
    async text(digest, bytesMax) {
      const whole = await bytes(digest, bytesMax);
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(whole);
      } catch (cause) {
        throw blobErrors.make.blob_not_text({ digest }, { cause });
      }
    },
    async sweep(inUse) {
      const before = uses.clock.now().getTime() - UNUSED_MS_MIN;
      for (const name of await readdir(incoming)) {
        if (await isOlder(join(incoming, name), before)) {
          await rm(join(incoming, name), { force: true });
        }
      }
      let removed = 0;
      for (const shard of shards()) removed += await sweepShard(folder, shard, before, inUse);
      return removed;
    },
  };
}

const shards = () => Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

function shardOf(folder: string, digest: string): string {
  return join(folder, 'sha256', hexOf(digest).slice(0, 2));
}

function pathOf(folder: string, digest: string): string {
  return join(shardOf(folder, digest), hexOf(digest));
}

/** A digest comes from outside and becomes a file's name, so its form is checked here as well. */
function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (!hex) throw blobErrors.make.blob_missing({ digest });
  return hex;
}

async function prepare(folder: string, incoming: string): Promise<void> {
  await mkdir(incoming, { recursive: true });
  const objects = join(folder, 'sha256');
  await mkdir(objects, { recursive: true });
  const present = new Set(await readdir(objects));
  for (const shard of shards()) {
    if (!present.has(shard)) await mkdir(join(objects, shard), { recursive: true });
  }
  await syncFolder(objects);
  await syncFolder(folder);
}

async function writeFile(
  name: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<{ hash: Hash; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(name, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > bytesMax) throw kernelErrors.make.too_large({ limitBytes: bytesMax });
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { hash, sizeBytes };
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* readBlob(
  folder: string,
  digest: string,
  range: { start?: number; end?: number; verify?: boolean },
): AsyncGenerator<Uint8Array> {
  const { start = 0, end = Number.POSITIVE_INFINITY, verify = false } = range;
  const hash = verify ? createHash('sha256') : null;
  if (end <= start) return;
  try {
    // Node counts the last byte in.
    for await (const chunk of createReadStream(pathOf(folder, digest), { start, end: end - 1 })) {
      hash?.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw isAbsent(error) ? blobErrors.make.blob_missing({ digest }, { cause: error }) : error;
  }
  const whole = start === 0 && end === Number.POSITIVE_INFINITY;
  if (hash && whole && `sha256:${hash.digest('hex')}` !== digest) {
    throw blobErrors.make.blob_damaged({ digest });
  }
}

async function statBlob(folder: string, digest: string) {
  try {
    return { digest, sizeBytes: (await stat(pathOf(folder, digest))).size };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function sweepShard(
  folder: string,
  shard: string,
  before: number,
  inUse: (digests: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<number> {
  const old: string[] = [];
  for (const hex of await readdir(join(folder, 'sha256', shard))) {
    if (await isOlder(join(folder, 'sha256', shard, hex), before)) old.push(`sha256:${hex}`);
  }
  let removed = 0;
  for (let start = 0; start < old.length; start += SWEEP_BATCH) {
    const batch = old.slice(start, start + SWEEP_BATCH);
    const kept = await inUse(batch);
    for (const digest of batch.filter((candidate) => !kept.has(candidate))) {
      if (await removeUnlessFresh(folder, digest, before)) removed += 1;
    }
  }
  return removed;
}

/**
 * A put may acknowledge the same digest between the question and the removal. So the file is taken
 * away first, looked at, and put back where it turns out to be fresh.
 */
async function removeUnlessFresh(folder: string, digest: string, before: number) {
  const aside = join(folder, 'incoming', `swept-${hexOf(digest)}`);
  await rename(pathOf(folder, digest), aside);
  if (await isOlder(aside, before)) {
    await rm(aside, { force: true });
    return true;
  }
  await rename(aside, pathOf(folder, digest));
  await syncFolder(shardOf(folder, digest));
  return false;
}

async function isOlder(path: string, before: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < before;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : '');
const isAbsent = (error: unknown) => codeOf(error) === 'ENOENT';
const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes(String(codeOf(error)));
