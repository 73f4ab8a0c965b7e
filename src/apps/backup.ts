import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBackup } from '#kernel/backup.ts';
import { checkBackup, restoreBackup } from '#kernel/backup-restore.ts';
import { tablesInOrder } from '#kernel/backup-rows.ts';
import type { Database } from '#kernel/db.ts';
import { declareErrors } from '#kernel/errors.ts';
import { lockFolder } from '#kernel/folder-lock.ts';
import { createLog } from '#kernel/log.ts';
import { migrate, migrationNames } from '#kernel/migrate.ts';
import { prepareTaskTables } from '#kernel/tasks-pg-boss.ts';
import { sources } from './compose.ts';
import { migrationsOf, openPlatformDatabase } from './open-kernel.ts';
import { backupParts, version } from './platform.ts';

const usage = `touyan backup  --data DIR --to FILE      while the platform is stopped; a running one
                                         writes its own: touyan kernel create-backup
touyan restore --from FILE --data DIR    into a new folder
touyan upgrade --data DIR                backs up into DIR/backups, then applies what is new

With --database-url URL (or DATABASE_URL) the rows are in PostgreSQL; restore needs an empty database.
A backup holds the platform's private keys: keep it as you keep those.
`;

const errors = declareErrors('apps', {
  no_platform: {
    category: 'missing',
    message: 'There is no platform in {folder}. Name the folder that it was started with.',
  },
  folder_in_use: {
    category: 'conflict',
    message: '{folder} is not empty: name a new folder, so that nothing is overwritten.',
  },
  folder_mounted: {
    category: 'conflict',
    message: '{folder} cannot be replaced as a whole, being a mount: name a folder inside it.',
  },
  backup_newer: {
    category: 'conflict',
    message: 'The backup was written by a newer version ({names}): restore it with that version.',
  },
  database_in_use: {
    category: 'conflict',
    message: 'The database holds tables: name an empty one, so that nothing is overwritten.',
  },
});

const all = migrationsOf(sources);

type Target = { folder: string; databaseUrl: string | null };

/** `touyan backup` */
export async function runBackup(argv: string[]): Promise<number> {
  const { data, to, databaseUrl } = readArguments(argv);
  if (!data || !to) return refuse();
  return locked(data, async () => {
    const db = openPlatformDatabase({ folder: data, databaseUrl });
    const manifest = await writeBackup(to, { version, folder: data, parts: backupParts }, db);
    await db.close();
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    console.log(
      `${to}: ${rows} rows of ${manifest.tables.length} tables, ${manifest.files.length} files`,
    );
  });
}

/** `touyan restore` */
export async function runRestore(argv: string[]): Promise<number> {
  const { data, from, databaseUrl } = readArguments(argv);
  if (!data || !from) return refuse();
  const manifest = await checkBackup(from);
  await removeEmpty(data);
  // Whole or not at all: a folder in which a restore was cut short is never started.
  const place = `${data}.restoring`;
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true, mode: 0o700 });
  try {
    const target = { folder: place, databaseUrl };
    await restoreBackup(from, manifest, {
      folder: place,
      prepare: (migrations) => prepareDatabase(target, migrations),
    });
    await moveDurably(place, data);
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    throw error;
  }
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(`${data}: ${rows} rows and ${manifest.files.length} files restored. Start it with
touyan start --data ${data}`);
  return 0;
}

/** `touyan upgrade` */
export async function runUpgrade(argv: string[]): Promise<number> {
  const { data, databaseUrl } = readArguments(argv);
  if (!data) return refuse();
  return locked(data, async () => {
    const db = openPlatformDatabase({ folder: data, databaseUrl });
    const name = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
    const file = join(data, 'backups', `before-upgrade-${name}.tar.gz`);
    await writeBackup(file, { version, folder: data, parts: backupParts }, db);
    console.log(`backed up to ${file}`);
    const applied = await migrate(db, all);
    await db.close();
    for (const migration of applied) console.log(`applied ${migration}`);
    console.log(applied.length === 0 ? 'everything is up to date' : `version ${version}`);
  });
}

async function removeEmpty(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  if ((await readdir(folder)).length > 0) throw errors.make.folder_in_use({ folder });
  await rm(folder, { recursive: true }).catch((cause: unknown) => {
    throw errors.make.folder_mounted({ folder }, { cause });
  });
}

async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await using parent = await open(dirname(to), 'r');
  await parent.sync();
}

/** An empty database with the tables as they were when the backup was written. */
async function prepareDatabase(target: Target, migrations: readonly string[]): Promise<Database> {
  const known = await migrationNames(all);
  const unknown = migrations.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw errors.make.backup_newer({ names: unknown.join(', ') });
  const db = openPlatformDatabase(target);
  if ((await tablesInOrder(db.read)).length > 0) {
    await db.close();
    throw errors.make.database_in_use();
  }
  const wanted = new Set(migrations);
  await migrate(db, all, (name) => wanted.has(name));
  await prepareTaskTables(db, createLog({ level: 'error', format: 'pretty' }));
  return db;
}

async function locked(folder: string, work: () => Promise<void>): Promise<number> {
  if (!existsSync(join(folder, 'keys', 'log'))) throw errors.make.no_platform({ folder });
  const unlock = await lockFolder(folder);
  try {
    await work();
    return 0;
  } finally {
    await unlock();
  }
}

function refuse(): number {
  console.error(usage);
  return 2;
}

function readArguments(argv: string[]) {
  const { values } = parseArgs({
    args: argv.filter((argument) => argument !== '--help'),
    options: {
      data: { type: 'string' },
      to: { type: 'string' },
      from: { type: 'string' },
      'database-url': { type: 'string' },
    },
  });
  const folder = values.data === undefined ? null : resolve(values.data);
  const databaseUrl = values['database-url'] ?? process.env.DATABASE_URL ?? null;
  return { data: folder, to: values.to, from: values.from, databaseUrl };
}
