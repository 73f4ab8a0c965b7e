import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import type { Manifest } from './backup.ts';
import { advanceSequences, tablesInOrder, writeRows } from './backup-rows.ts';
import type { Database } from './db.ts';
import { declareErrors } from './errors.ts';

const errors = declareErrors('kernel', {
  backup_damaged: {
    category: 'invalid',
    message: '{file} is damaged or was cut short ({problem}). Nothing was changed; take another.',
  },
  backup_unknown: {
    category: 'invalid',
    message: '{file} is no backup that this version can read. Nothing was changed.',
  },
});

/**
 * Reads a backup from beginning to end and compares every part with its digest. Throws
 * `kernel.backup_damaged` and `kernel.backup_unknown`.
 */
export async function checkBackup(file: string): Promise<Manifest> {
  const found = new Map<string, string>();
  let text = '';
  try {
    await eachEntry(file, async ({ name }, content) => {
      if (name === 'manifest.json') {
        text = (await collect(content)).toString('utf8');
        return;
      }
      const hash = createHash('sha256');
      for await (const chunk of content) hash.update(chunk);
      found.set(name, hash.digest('hex'));
    });
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw errors.make.backup_damaged({ file, problem }, { cause });
  }
  if (!text) throw errors.make.backup_damaged({ file, problem: 'its manifest is missing' });
  const manifest = parseManifest(file, text);
  const wanted = new Map<string, string>();
  for (const { name, sha256 } of manifest.tables) wanted.set(`rows/${name}.jsonl`, sha256);
  for (const { path, sha256 } of manifest.files) wanted.set(`files/${path}`, sha256);
  for (const name of new Set([...wanted.keys(), ...found.keys()])) {
    if (wanted.get(name) === found.get(name)) continue;
    throw errors.make.backup_damaged({ file, problem: `${name} is not what was saved` });
  }
  return manifest;
}

function parseManifest(file: string, text: string): Manifest {
  try {
    const manifest: Manifest = JSON.parse(text);
    if (manifest.format === 'touyan-backup/1') return manifest;
  } catch {}
  throw errors.make.backup_unknown({ file });
}

export type RestoreTarget = {
  /** A new data folder. */
  folder: string;
  /** An empty database to which exactly these migrations have been applied. */
  prepare(migrations: readonly string[]): Promise<Database>;
};

/**
 * Lays a checked backup out (`checkBackup`). The files come first and are synced; all rows go in by one
 * transaction.
 */
export async function restoreBackup(
  file: string,
  manifest: Manifest,
  target: RestoreTarget,
): Promise<void> {
  const db = await target.prepare(manifest.migrations);
  try {
    const rows = new Map<string, Buffer>();
    const folders = new Set<string>();
    await eachEntry(file, async ({ name, mode = 0o600 }, content) => {
      if (name.startsWith('rows/')) rows.set(name, await collect(content));
      if (!name.startsWith('files/')) return;
      folders.add(
        await layOut(target.folder, { path: name.slice('files/'.length), mode }, content),
      );
    });
    for (const folder of folders) await makeDurable(folder);
    await db.transaction(async (tx) => {
      for (const { qualified } of (await tablesInOrder(tx)).reverse()) {
        await db.raw(`delete from ${qualified}`, [], tx);
      }
      for (const { name } of manifest.tables) {
        const text = rows.get(`rows/${name}.jsonl`)?.toString('utf8') ?? '';
        await writeRows(tx, name, text.split('\n').filter(Boolean));
      }
      await advanceSequences(db, tx);
    });
  } finally {
    await db.close();
  }
}

type Content = AsyncGenerator<Uint8Array>;
type Head = { name: string; mode?: number };

async function eachEntry(file: string, visit: (head: Head, content: Content) => Promise<void>) {
  const extract = tar.extract();
  const reading = pipeline(createReadStream(file), createGunzip(), extract);
  reading.catch(() => {});
  for await (const entry of extract) {
    const { name, mode } = entry.header;
    await visit(mode === undefined ? { name } : { name, mode }, bytesOf(entry));
    entry.resume();
  }
  await reading;
}

async function* bytesOf(entry: AsyncIterable<unknown>): Content {
  for await (const part of entry) if (part instanceof Uint8Array) yield part;
}

async function collect(content: Content): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}

/** Writes a file with its folders; resolves to its folder. */
async function layOut(
  folder: string,
  { path, mode }: { path: string; mode: number },
  content: Content,
): Promise<string> {
  const target = join(folder, path);
  if (relative(folder, target).startsWith('..')) throw new Error(`the backup names ${path}`);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await using handle = await open(target, 'wx', mode & 0o777);
  await handle.writeFile(content);
  await handle.sync();
  return dirname(target);
}

async function makeDurable(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
