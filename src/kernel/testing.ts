import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from './db.ts';

/**
 * The engines that database tests run on: PGlite always; PostgreSQL where the test run has started one
 * and names it in `DATABASE_URL_TEST`. Each `open` gives a fresh, empty database.
 */
export function testDatabases(): { engine: string; open: () => Promise<Database> }[] {
  const lite = {
    engine: 'pglite',
    open: async () => openDatabase({ engine: 'pglite', folder: null }),
  };
  const url = process.env.DATABASE_URL_TEST;
  return url ? [lite, { engine: 'postgres', open: () => openPostgres(url) }] : [lite];
}

async function openPostgres(url: string): Promise<Database> {
  const admin = openDatabase({ engine: 'postgres', url, connectionsMax: 1 });
  const name = `touyan_test_${randomUUID().replaceAll('-', '')}`;
  await admin.raw(`create database ${name}`);
  await admin.close();
  const target = new URL(url);
  target.pathname = `/${name}`;
  return openDatabase({ engine: 'postgres', url: target.href, connectionsMax: 5 });
}
