import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, json, sqlState, texts } from './db.ts';
import { testDatabases } from './testing.ts';

describe.each(testDatabases())('the database seam on $engine', ({ engine, open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
    await db.raw('create table t (id int primary key, body jsonb); create table u (id int)');
  });
  afterAll(() => db.close());

  it('gives the same shapes on every engine', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select 9007199254740991::int8 as big, count(*) as n, 1.50::numeric as money,
        '2026-11-23'::date as day, '2026-11-23T14:05:00+08:00'::timestamptz as moment,
        '\\x00ff'::bytea as bytes, '{"a":[1]}'::jsonb as body, array['x','y'] as list
      from t`.execute(db.read);
    const row = rows[0]!;
    expect(row).toMatchObject({ big: 9007199254740991, n: 0, money: '1.50', day: '2026-11-23' });
    expect(row).toMatchObject({ body: { a: [1] }, list: ['x', 'y'] });
    expect((row.moment as Date).toISOString()).toBe('2026-11-23T06:05:00.000Z');
    expect([...(row.bytes as Uint8Array)]).toEqual([0, 255]);
  });

  it('takes arrays, json and bytes as parameters', async () => {
    const { rows } = await sql<{ ok: boolean; body: unknown; bytes: Uint8Array }>`
      select 'b' = any(${texts(['a', 'b'])}) as ok, ${json([1, { x: null }])} as body,
        ${Buffer.from([1, 2])}::bytea as bytes`.execute(db.read);
    expect(rows[0]).toMatchObject({ ok: true, body: [1, { x: null }] });
    expect([...rows[0]!.bytes]).toEqual([1, 2]);
  });

  it('rolls back whole, and calls back only after a commit', async () => {
    const called: string[] = [];
    await db.transaction(async (tx) => {
      await sql`insert into t (id, body) values (1, ${json({})})`.execute(tx);
      db.afterCommit(tx, () => called.push('committed'));
      expect(called).toEqual([]);
    });
    const failing = db.transaction(async (tx) => {
      await sql`insert into t (id, body) values (2, null)`.execute(tx);
      db.afterCommit(tx, () => called.push('never'));
      await sql`insert into t (id, body) values (1, null)`.execute(tx);
    });
    await expect(failing).rejects.toSatisfy((error) => sqlState(error) === '23505');
    const { rows } = await sql`select id from t`.execute(db.read);
    expect(rows).toHaveLength(1);
    expect(called).toEqual(['committed']);
  });

  it('refuses the outer database inside a transaction, where PGlite would wait for ever', async () => {
    await expect(db.transaction(async () => db.read)).rejects.toThrow('use its tx');
  });

  it('runs concurrent transactions', async () => {
    const add = (id: number) =>
      db.transaction(async (tx) => {
        await sql`insert into u (id) values (${id})`.execute(tx);
        await sql`select pg_sleep(0.005)`.execute(tx);
      });
    await Promise.all(Array.from({ length: 20 }, (_, id) => add(id)));
    const { rows } = await sql<{ n: number }>`select count(*) as n from u`.execute(db.read);
    expect(rows[0]?.n).toBe(20);
  });

  it.runIf(engine === 'postgres')(
    'outlives a connection that is lost between statements',
    async () => {
      const work = db.transaction(async (tx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        await db.raw('select pg_terminate_backend($1)', [rows[0]?.pid]);
        await setTimeout(50);
        await sql`insert into u (id) values (1000)`.execute(tx);
      });
      await expect(work).rejects.toThrow();
      const { rows } = await sql<{
        n: number;
      }>`select count(*) as n from u where id = 1000`.execute(db.read);
      expect(rows[0]?.n).toBe(0);
    },
  );
});
