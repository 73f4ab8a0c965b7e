import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Database } from './db.ts';

/** A folder of `NNNN-name.sql` files that belongs to the kernel or to one module. */
export type MigrationSource = { module: string; folder: string };

const LOCK = 'touyan.migrate';

/**
 * Applies every migration that has not been applied, in the order of the sources and then of the
 * numbers, all in one transaction under an advisory lock: a failed upgrade changes nothing.
 * Returns the names applied now. `selected` leaves out others, for a restore. Forward only; an applied file that has vanished is an error.
 */
export async function migrate(
  db: Database,
  sources: readonly MigrationSource[],
  selected: (name: string) => boolean = () => true,
): Promise<string[]> {
  const wanted = (await readSources(sources)).filter(({ name }) => selected(name));
  return db.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${LOCK}, 0))`.execute(tx);
    await sql`
      create table if not exists kernel_migrations (
        name text primary key,
        applied_at timestamptz not null default now()
      )`.execute(tx);
    const { rows } = await sql<{ name: string }>`select name from kernel_migrations`.execute(tx);
    const applied = new Set(rows.map((row) => row.name));
    const known = new Set(wanted.map((migration) => migration.name));
    const unknown = [...applied].filter((name) => !known.has(name));
    if (unknown.length > 0) {
      throw new Error(
        `the database was written by a newer version (${unknown.join(', ')}): run that version`,
      );
    }
    const missing = wanted.filter((migration) => !applied.has(migration.name));
    for (const migration of missing) {
      await db.raw(migration.text, [], tx);
      await sql`insert into kernel_migrations (name) values (${migration.name})`.execute(tx);
    }
    return missing.map((migration) => migration.name);
  });
}

/** The names of all migrations that this version knows, in their order. */
export async function migrationNames(sources: readonly MigrationSource[]): Promise<string[]> {
  return (await readSources(sources)).map(({ name }) => name);
}

async function readSources(sources: readonly MigrationSource[]) {
  const migrations: { name: string; text: string }[] = [];
  for (const { module, folder } of sources) {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
    for (const file of files) {
      migrations.push({
        name: `${module}/${file.slice(0, -'.sql'.length)}`,
        text: await readFile(join(folder, file), 'utf8'),
      });
    }
  }
  return migrations;
}
