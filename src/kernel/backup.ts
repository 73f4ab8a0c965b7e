import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { sql } from 'kysely';
import tar from 'tar-stream';
import { advanceSequences, readRows, tablesInOrder, writeRows } from './backup-rows.ts';
import type { Database } from './db.ts';

/**
 * A backup is one gzipped tar file: `manifest.json`, `rows/<schema>.<table>.jsonl` of one snapshot of the
 * database, and `files/…` (objects and keys) as they stand in the data folder. It holds the private
 * keys: keep it as one keeps those.
 */
export type Manifest = {
  format: 'touyan-backup/1';
  version: string;
  migrations: string[];
  tables: { name: string; rows: number; sha256: string }[];
  files: { path: string; sizeBytes: number }[];
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
  await mkdir(dirname(file), { recursive: true });
  const pack = tar.pack();
  const written = pipeline(pack, createGzip(), createWriteStream(partial, { mode: 0o600 }));
  written.catch(() => {});
  try {
    const { migrations, tables } = await packRows(pack, db);
    const files = await packFiles(pack, options);
    const manifest: Manifest = {
      format: 'touyan-backup/1',
      version: options.version,
      migrations,
      tables,
      files,
    };
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
      for await (const lines of readRows(tx, table)) parts.push(Buffer.from(lines));
      const bytes = Buffer.concat(parts);
      const rows = bytes.filter((byte) => byte === 10).length;
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
      const { size, mode } = await stat(path);
      const name = relative(options.folder, path);
      const entry = pack.entry({ name: `files/${name}`, size, mode: mode & 0o777 });
      await pipeline(createReadStream(path, { end: Math.max(0, size - 1) }), entry);
      files.push({ path: name, sizeBytes: size });
    }
  }
  return files;
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

export type RestoreTarget = {
  /** The new data folder. */
  folder: string;
  /** An empty database to which exactly these migrations are applied before rows are laid in. */
  prepare(migrations: readonly string[]): Promise<Database>;
};

/**
 * Lays a backup out. All rows go in by one transaction, and each table's digest is checked; a backup that
 * is cut short or damaged changes nothing in the database.
 */
export async function readBackup(file: string, target: RestoreTarget): Promise<Manifest> {
  const manifest = await readManifest(file);
  const db = await target.prepare(manifest.migrations);
  const rows = new Map<string, Buffer>();
  await eachEntry(file, async (name, content) => {
    if (name.startsWith('rows/')) rows.set(name.slice(5, -'.jsonl'.length), await collect(content));
    else if (name.startsWith('files/')) await layOut(target.folder, name.slice(6), content);
  });
  await db.transaction(async (tx) => {
    for (const { qualified } of (await tablesInOrder(tx)).reverse()) {
      await db.raw(`delete from ${qualified}`, [], tx);
    }
    for (const { name, sha256 } of manifest.tables) {
      const bytes = rows.get(name);
      if (!bytes || createHash('sha256').update(bytes).digest('hex') !== sha256) {
        throw new Error(`${file} is damaged: the rows of ${name} are not those that were saved`);
      }
      const lines = bytes.toString('utf8').split('\n').filter(Boolean);
      await writeRows(tx, name, lines);
    }
    await advanceSequences(db, tx);
  });
  await db.close();
  return manifest;
}

async function readManifest(file: string): Promise<Manifest> {
  let text = '';
  await eachEntry(file, async (name, content) => {
    if (name === 'manifest.json') text = (await collect(content)).toString('utf8');
  });
  if (!text) throw new Error(`${file} is no complete backup: its manifest is missing`);
  const manifest: Manifest = JSON.parse(text);
  if (manifest.format !== 'touyan-backup/1') throw new Error(`${file} has a format of its own`);
  return manifest;
}

type Content = AsyncIterable<unknown>;

async function eachEntry(file: string, visit: (name: string, content: Content) => Promise<void>) {
  const extract = tar.extract();
  const reading = pipeline(createReadStream(file), createGunzip(), extract);
  reading.catch(() => {});
  for await (const entry of extract) {
    await visit(entry.header.name, entry);
    entry.resume();
  }
  await reading;
}

async function collect(content: Content): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of content) if (part instanceof Uint8Array) parts.push(part);
  return Buffer.concat(parts);
}

async function layOut(folder: string, name: string, content: Content): Promise<void> {
  const path = join(folder, name);
  if (relative(folder, path).startsWith('..')) throw new Error(`the backup names ${name}`);
  await mkdir(dirname(path), { recursive: true });
  const mode = name.startsWith('blobs/') ? 0o440 : 0o600;
  await writeFile(path, await collect(content), { mode, flush: true });
}

async function makeDurable(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync();
  await handle.close();
}
