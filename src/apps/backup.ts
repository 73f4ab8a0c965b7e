import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readBackup, writeBackup } from '#kernel/backup.ts';
import type { Database } from '#kernel/db.ts';
import { lockFolder } from '#kernel/folder-lock.ts';
import { createLog } from '#kernel/log.ts';
import { migrate } from '#kernel/migrate.ts';
import { prepareTaskTables } from '#kernel/tasks-pg-boss.ts';
import { sources } from './compose.ts';
import { kernelMigrations, openPlatformDatabase } from './open-kernel.ts';
import { backupParts, version } from './platform.ts';

const usage = `touyan backup  --data DIR --to FILE      while the platform is stopped; a running one
                                         writes its own: touyan kernel create-backup
touyan restore --from FILE --data DIR    into a folder that does not exist yet
touyan upgrade --data DIR                backs up into DIR/backups, then applies what is new

With --database-url URL (or DATABASE_URL) the rows are in PostgreSQL; restore needs an empty database.
A backup holds the platform's private keys: keep it as you keep those.
`;

const all = [kernelMigrations, ...sources.map(({ migrations }) => migrations)];

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
  if (existsSync(data) && readdirSync(data).length > 0) {
    console.error(`${data} is not empty: name a new folder, so that nothing is overwritten.`);
    return 5;
  }
  const target = { folder: data, databaseUrl };
  const manifest = await readBackup(from, {
    folder: data,
    prepare: (migrations) => prepareDatabase(target, migrations),
  });
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

/** An empty database with the tables as they were when the backup was written. */
async function prepareDatabase(target: Target, migrations: readonly string[]): Promise<Database> {
  const db = openPlatformDatabase(target);
  const wanted = new Set(migrations);
  await migrate(db, all, (name) => wanted.has(name));
  await prepareTaskTables(db, createLog({ level: 'error', format: 'pretty' }));
  return db;
}

async function locked(folder: string, work: () => Promise<void>): Promise<number> {
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
