import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { sql } from 'kysely';
import tar from 'tar-stream';
import { readRows, tablesInOrder } from './backup-rows.ts';
import type { Database } from './db.ts';

/**
 * A backup is one gzipped tar file: `rows/<schema>.<table>.jsonl` of one snapshot of the database, `files/…`
 * (objects and keys) as they stand in the data folder, and last `manifest.json`, which names the SHA-256
 * of each of them. It holds the private keys: keep it as one keeps those.
 */
export type Manifest = {
  format: 'touyan-backup/1';
  version: string;
  migrations: string[];
  tables: { name: string; rows: number; sha256: string }[];
  files: { path: string; sizeBytes: number; sha256: string }[];
};

type BackupOptions = {
  version: string;
  /** The data folder. */
  folder: string;
  /** Names of the folders and files inside it that belong into a backup. */
  parts: readonly string[];
};

/**
 * Writes a backup. The file appears under its name only when it is complete and on disk. The rows are of
 * one snapshot and are read before the files, so that every object which a row names is in it.
 */
export async function writeBackup(
  file: string,
  options: BackupOptions,
  db: Database,
): Promise<Manifest> {
  const partial = `${file}.partial`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const pack = tar.pack();
  const written = pipeline(pack, createGzip(), createWriteStream(partial, { mode: 0o600 }));
  written.catch(() => {});
  try {
    const { migrations, tables } = await packRows(pack, db);
    const files = await packFiles(pack, options);
    const { version } = options;
    const format = 'touyan-backup/1';
    const manifest: Manifest = { format, version, migrations, tables, files };
    pack.entry({ name: 'manifest.json' }, JSON.stringify(manifest, null, 2));
    pack.finalize();
    await written;
    await makeDurable(partial);
    await rename(partial, file);
    await makeDurable(dirname(file));
    return manifest;
  } catch (error) {
    pack.destroy();
    await rm(partial, { force: true });
    throw error;
  }
}

function packRows(pack: tar.Pack, db: Database) {
  return db.transaction(async (tx) => {
    await sql`set transaction isolation level repeatable read, read only`.execute(tx);
    const tables: Manifest['tables'] = [];
    for (const table of await tablesInOrder(tx)) {
      const parts: Buffer[] = [];
      let rows = 0;
      for await (const lines of readRows(tx, table)) {
        rows += lines.length;
        parts.push(Buffer.from(lines.map((line) => `${line}\n`).join('')));
      }
      const bytes = Buffer.concat(parts);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      tables.push({ name: table.qualified, rows, sha256 });
      pack.entry({ name: `rows/${table.qualified}.jsonl` }, bytes);
    }
    const { rows: migrations } = await sql<{ name: string }>`
      select name from kernel_migrations order by name`.execute(tx);
    return { tables, migrations: migrations.map(({ name }) => name) };
  });
}

async function packFiles(pack: tar.Pack, options: BackupOptions): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  for (const part of options.parts) {
    for (const path of await filesBelow(join(options.folder, part))) {
      const packed = await packFile(pack, path, relative(options.folder, path));
      if (packed) files.push(packed);
    }
  }
  return files;
}

async function packFile(pack: tar.Pack, file: string, path: string) {
  const handle = await openIfThere(file);
  // Gone since it was listed: an object that nothing refers to any more.
  if (!handle) return null;
  try {
    const { size, mode } = await handle.stat();
    const hash = createHash('sha256');
    const entry = pack.entry({ name: `files/${path}`, size, mode: mode & 0o777 });
    await pipeline(contentOf(handle, size, hash), entry);
    return { path, sizeBytes: size, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

/** As many bytes as the file had when it was opened: tar states the size in front of them. */
async function* contentOf(handle: FileHandle, size: number, hash: Hash) {
  if (size === 0) return;
  const source = handle.createReadStream({ start: 0, end: size - 1, autoClose: false });
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (!found) return [];
  if (found.isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function makeDurable(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync();
  await handle.close();
}
