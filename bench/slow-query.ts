import { randomUUID } from 'node:crypto';
import { openDatabase } from '#kernel/db.ts';
import { pause } from '#kernel/service.ts';
import { boot } from '../test/boot.ts';
import { figureAtMost, quantile } from '../tools/figure.ts';

/**
 * How much later other requests are answered while a slow query runs: the difference of the 95th
 * percentiles with and without it, in milliseconds, in turns. On PostgreSQL a connection of the pool
 * sleeps for seconds, and requests that need the database go on over the others. PGlite has one
 * connection in a thread of its own: requests that need no database are measured there, since those
 * that do wait for their turn. One JSON line a figure.
 */

const TURNS = 4;
const REQUESTS = 60;
const LIMIT_MILLISECONDS = 20;
const never = new AbortController().signal;

type Turn = { databaseUrl: string | null; path: string; slow: string; name: string };

const url = process.env.DATABASE_URL_TEST;
await measure({
  name: 'pglite_without_database',
  databaseUrl: null,
  path: '/api/v1/platform',
  // Some seconds of one thread's whole attention.
  slow: 'select count(*) from generate_series(1, 8000000) n where sqrt(n) > 3',
});
if (url) {
  await measure({
    name: 'postgres',
    databaseUrl: await freshDatabase(url),
    path: '/api/v1/scenarios/calls',
    slow: 'select pg_sleep(2)',
  });
}

async function measure({ name, databaseUrl, path, slow }: Turn): Promise<void> {
  const { address, platform, stop } = await boot({ databaseUrl });
  const times = { with: [] as number[], without: [] as number[] };
  await requests(`${address}${path}`);
  for (let turn = 0; turn < TURNS; turn += 1) {
    times.without.push(...(await requests(`${address}${path}`)));
    let running = true;
    const query = platform.kernel.db.raw(slow).finally(() => {
      running = false;
    });
    await pause(20, never);
    while (running) times.with.push(await request(`${address}${path}`));
    await query;
  }
  const delay = quantile(times.with, 0.95) - quantile(times.without, 0.95);
  figureAtMost(`slow_query.delay_${name}`, Math.max(0, delay), 'ms', LIMIT_MILLISECONDS);
  await stop();
}

async function requests(address: string): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < REQUESTS; count += 1) times.push(await request(address));
  return times;
}

/** Ten milliseconds after the last one, so that there is no load to speak of. */
async function request(address: string): Promise<number> {
  await pause(10, never);
  const started = performance.now();
  const response = await fetch(address);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return performance.now() - started;
}

async function freshDatabase(server: string): Promise<string> {
  const admin = openDatabase({ engine: 'postgres', url: server, connectionsMax: 1 });
  const name = `touyan_bench_${randomUUID().replaceAll('-', '')}`;
  await admin.raw(`create database ${name}`);
  await admin.close();
  const target = new URL(server);
  target.pathname = `/${name}`;
  return target.href;
}
