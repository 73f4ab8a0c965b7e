import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { systemClock } from './clock.ts';
import type { Database } from './db.ts';
import { createIds, systemRandom } from './ids.ts';
import { silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import type { Tasks } from './tasks.ts';
import { createTasks } from './tasks-pg-boss.ts';
import { testDatabases } from './testing.ts';

const data = z.object({ n: z.number() });
const folder = fileURLToPath(new URL('./migrations', import.meta.url));

describe.each(testDatabases())('background tasks on $engine', ({ open }) => {
  let db: Database;
  let tasks: Tasks;
  let running: Promise<void>;
  const stop = new AbortController();
  const done: number[] = [];
  const attempts: number[] = [];
  let begun = 0;

  const create = () =>
    createTasks(
      { pollSeconds: 30 },
      {
        db,
        clock: systemClock,
        ids: createIds({ clock: systemClock, random: systemRandom }),
        log: silentLog(),
        metrics: createMetrics({ processMetrics: false }),
      },
    );
  const send = (n: number, options = {}) =>
    db.transaction((tx) => tasks.send(tx, 'test.count', { n }, options));

  beforeAll(async () => {
    db = await open();
    await migrate(db, [{ module: 'kernel', folder }]);
    tasks = create();
    tasks.work('test.count', data, async ({ n }) => {
      done.push(n);
    });
    tasks.work(
      'test.fail_once',
      data,
      async (_, attempt) => {
        attempts.push(attempt.number);
        if (attempt.number === 1) throw new Error('not yet');
      },
      { retrySeconds: 1 },
    );
    begun = Date.now();
    await send(0);
    running = tasks.service.run(stop.signal);
    await send(1);
  });
  afterAll(async () => {
    stop.abort();
    await running;
    await db.close();
  });

  it('does what was sent before its tables were there, in order', async () => {
    await vi.waitFor(() => expect(done).toEqual([0, 1]), 15_000);
    expect(Date.now() - begun).toBeLessThan(15_000);
  });

  it('does what commits, once, and nothing that rolls back', async () => {
    await db
      .transaction(async (tx) => {
        await tasks.send(tx, 'test.count', { n: -1 });
        throw new Error('roll back');
      })
      .catch(() => {});
    await send(2);
    await vi.waitFor(() => expect(done).toContain(2), 5_000);
    expect(done).toEqual([0, 1, 2]);
  });

  it('wakes at once: a hundred tasks do not wait for a poll', async () => {
    const started = Date.now();
    await Promise.all(Array.from({ length: 100 }, (_, index) => send(100 + index)));
    await vi.waitFor(() => expect(done).toHaveLength(103), 10_000);
    expect(Date.now() - started).toBeLessThan(8_000);
  });

  it('waits for the time, and keeps one per singleton key', async () => {
    const startAfter = new Date(Date.now() + 600);
    expect(await send(7, { startAfter, singletonKey: 'seven' })).toBe(true);
    expect(await send(8, { startAfter, singletonKey: 'seven' })).toBe(false);
    await vi.waitFor(() => expect(done).toContain(7), 3_000);
    expect(Date.now()).toBeGreaterThanOrEqual(startAfter.getTime());
    expect(done).not.toContain(8);
  });

  it('tries again after a failure', async () => {
    await db.transaction((tx) => tasks.send(tx, 'test.fail_once', { n: 1 }));
    await vi.waitFor(() => expect(attempts).toEqual([1, 2]), 8_000);
  });

  it('refuses data that does not fit, and names that nobody works on', async () => {
    const bad = db.transaction((tx) => tasks.send(tx, 'test.count', { n: 'one' }));
    await expect(bad).rejects.toThrow(z.ZodError);
    const unknown = db.transaction((tx) => tasks.send(tx, 'test.unknown', {}));
    await expect(unknown).rejects.toThrow('nobody works on');
  });
});

describe.each(testDatabases())('a server that dies on $engine', ({ engine, open }) => {
  it('leaves its running task to the next one', { timeout: 60_000 }, async () => {
    const db = await open();
    await migrate(db, [{ module: 'kernel', folder }]);
    const uses = () => ({
      db,
      clock: systemClock,
      ids: createIds({ clock: systemClock, random: systemRandom }),
      log: silentLog(),
      metrics: createMetrics({ processMetrics: false }),
    });
    const first = createTasks({ pollSeconds: 30 }, uses());
    first.work('test.hang', data, async () => {});
    const stopFirst = new AbortController();
    const firstRun = first.service.run(stopFirst.signal);
    await vi.waitFor(async () => {
      const { rows } = await sql`select 1 from pgboss.queue where name = 'test.hang'`
        .execute(db.read)
        .catch(() => ({ rows: [] }));
      expect(rows).toHaveLength(1);
    }, 15_000);
    stopFirst.abort();
    await firstRun;
    // As a killed process leaves it: taken, and its heartbeat long silent.
    await db.transaction((tx) => first.send(tx, 'test.hang', { n: 3 }));
    const second = createTasks({ pollSeconds: 1 }, uses());
    const seen: number[] = [];
    second.work('test.hang', data, async (_, attempt) => {
      seen.push(attempt.number);
    });
    await sql`insert into pgboss.job (name, data, state, policy, started_on, heartbeat_seconds,
        heartbeat_on, singleton_key, retry_limit)
      values ('test.hang', '{"n":4}', 'active', 'short', now() - interval '1 minute', 10,
        now() - interval '1 minute', 'dead', 3)`.execute(db.read);
    const stopSecond = new AbortController();
    const secondRun = second.service.run(stopSecond.signal);
    await vi.waitFor(() => expect(seen).toHaveLength(2), engine === 'pglite' ? 8_000 : 40_000);
    stopSecond.abort();
    await secondRun;
    await db.close();
  });
});
