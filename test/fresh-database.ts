import { randomUUID } from 'node:crypto';
import { openDatabase } from '../src/kernel/db.ts';

/** The PostgreSQL that the test run has started, if it has; its user may create databases. */
export const postgresUrl = process.env.DATABASE_URL_TEST;

export type FreshDatabase = { url: string; drop(): Promise<void> };

/** An empty database of its own on that PostgreSQL. */
export async function freshDatabase(server: string): Promise<FreshDatabase> {
  const name = `touyan_test_${randomUUID().replaceAll('-', '')}`;
  await command(server, `create database ${name}`);
  const target = new URL(server);
  target.pathname = `/${name}`;
  return {
    url: target.href,
    drop: () => command(server, `drop database if exists ${name} with (force)`),
  };
}

async function command(server: string, statement: string): Promise<void> {
  const admin = openDatabase({ engine: 'postgres', url: server, connectionsMax: 1 });
  await admin.raw(statement).finally(() => admin.close());
}
