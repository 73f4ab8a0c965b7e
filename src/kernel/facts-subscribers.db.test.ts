import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import type { Database } from './db.ts';
import { createSubscribers, type Subscription, subscribersDefaults } from './facts-subscribers.ts';
import type { Ledger } from './ledger.ts';
import { silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { testDatabases } from './testing.ts';
import { testLedgerHouse } from './testing-ledger.ts';

describe.each(testDatabases())('subscribers on $engine', ({ open }) => {
  let db: Database;
  let house: Awaited<ReturnType<typeof testLedgerHouse>>;
  let ledger: Ledger;
  let name = 0;

  beforeAll(async () => {
    db = await open();
    house = await testLedgerHouse(db);
    ledger = await house.open();
    await db.raw('create table seen (subscriber text, n integer, at serial)');
  });
  afterAll(async () => {
    await db.close();
    await house.close();
  });
  beforeEach(() => {
    name += 1;
  });

  const server = (subscription: Partial<Subscription>) =>
    createSubscribers(
      { ...subscribersDefaults, pollMs: 20, retryMsMin: 5, retryMsMax: 20 },
      [{ name: `test.s${name}`, kinds: ['test.happened'], handle: see, ...subscription }],
      {
        db,
        ledger,
        clock: systemClock,
        log: silentLog(),
        metrics: createMetrics({ processMetrics: false }),
      },
    );
  const see: Subscription['handle'] = async (fact, tx) => {
    await sql`insert into seen (subscriber, n) values (${`s${name}`}, ${fact.body.n})`.execute(tx);
  };
  const seen = async () => {
    const { rows } = await sql<{ n: number }>`
      select n from seen where subscriber = ${`s${name}`} order by at`.execute(db.read);
    return rows.map((row) => row.n);
  };
  const log = async () => {
    const { rows } = await sql<{ n: number }>`
      select (body ->> 'n')::integer as n from kernel_facts fact join kernel_fact_runs run
        on fact.sequence between run.sequence and run.sequence + run.length - 1
      where kind = 'test.happened' and body is not null
      order by run.position, fact.sequence`.execute(db.read);
    return rows.map((row) => row.n);
  };
  async function runWhile<Result>(
    servers: readonly ReturnType<typeof server>[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const stop = new AbortController();
    const running = [ledger.service, ...servers.map(({ service }) => service)].map((service) =>
      service.run(stop.signal),
    );
    try {
      return await work();
    } finally {
      stop.abort();
      await Promise.all(running);
    }
  }

  test('many servers handle each fact once, in the order of the ledger', async () => {
    const servers = [server({}), server({}), server({})];
    await runWhile(servers, async () => {
      await Promise.all(Array.from({ length: 50 }, (_, n) => house.record(n)));
      await house.record(0, 'test.other');
      await ledger.integrate();
      await servers[0]?.settle(AbortSignal.timeout(10_000));
      expect(await seen()).toEqual(await log());
      expect((await seen()).length).toBeGreaterThanOrEqual(50);
    });
  });

  test('a handler that fails undoes its writes, is shown, and tried again', async () => {
    let broken = true;
    const subscriber = server({
      handle: async (fact, tx) => {
        await see(fact, tx);
        if (broken && fact.body.n === 1003) throw new Error('not yet');
      },
    });
    await runWhile([subscriber], async () => {
      for (const n of [1001, 1002, 1003, 1004]) await house.record(n);
      await expect
        .poll(async () => (await subscriber.states())[0], { timeout: 10_000 })
        .toMatchObject({ error: 'not yet', lag: 2 });
      // What stood before it in the ledger is done with.
      expect((await seen()).slice(-2)).toEqual([1001, 1002]);
      broken = false;
      await subscriber.settle(AbortSignal.timeout(10_000));
      expect(await seen()).toEqual(await log());
      expect(await subscriber.states()).toMatchObject([{ error: null, attempts: 0, lag: 0 }]);
    });
  });

  test('a replay reads again from where it is told; erased facts are passed over', async () => {
    const erased = await house.record(2001);
    const kept = await house.record(2002);
    await ledger.integrate();
    const subscriber = server({});
    await runWhile([subscriber], async () => {
      await subscriber.settle(AbortSignal.timeout(10_000));
      expect((await seen()).slice(-2)).toEqual([2001, 2002]);
      await db.transaction((tx) => house.facts.erase(tx, erased.id));
      const { index } = await ledger.proof(kept.id);
      await subscriber.replay(`test.s${name}`, index - 1);
      await subscriber.settle(AbortSignal.timeout(10_000));
      expect((await seen()).slice(-3)).toEqual([2001, 2002, 2002]);
    });
  });

  test('a server that starts later goes on where the last one stopped', async () => {
    const first = server({});
    await runWhile([first], () => first.settle(AbortSignal.timeout(10_000)));
    await house.record(3001);
    const second = server({});
    await runWhile([second], async () => {
      await ledger.integrate();
      await second.settle(AbortSignal.timeout(10_000));
    });
    expect(await seen()).toEqual(await log());
  });

  test('two subscribers of one name are a mistake', () => {
    const one = { name: 'test.same', kinds: [], handle: see };
    expect(() =>
      createSubscribers(subscribersDefaults, [one, one], {
        db,
        ledger,
        clock: systemClock,
        log: silentLog(),
        metrics: createMetrics({ processMetrics: false }),
      }),
    ).toThrow('one name');
  });
});
