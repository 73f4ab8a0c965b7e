import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { equalBytes } from '#verify/bytes.ts';
import { parseCheckpoint } from '#verify/checkpoint.ts';
import { verifyConsistency, verifyInclusion } from '#verify/merkle.ts';
import { parseNote } from '#verify/note.ts';
import { testLeafHash, testRoot } from '#verify/testing.ts';
import { verifyEvidence } from '#verify/verify.ts';
import { systemClock } from './clock.ts';
import type { Database, Executor } from './db.ts';
import type { Fact } from './facts.ts';
import type { Ledger } from './ledger.ts';
import { createIntegrator } from './ledger-integrator.ts';
import { testDatabases } from './testing.ts';
import { testLedgerHouse } from './testing-ledger.ts';

const treeOf = async (ledger: Ledger) => parseCheckpoint(parseNote(await ledger.checkpoint()).text);

describe.each(testDatabases())('the ledger on $engine', ({ open }) => {
  let db: Database;
  let house: Awaited<ReturnType<typeof testLedgerHouse>>;
  let ledger: Ledger;

  beforeAll(async () => {
    db = await open();
    house = await testLedgerHouse(db);
    ledger = await house.open();
  });
  afterAll(async () => {
    await db.close();
    await house.close();
  });

  const receiptOf = async (fact: Fact) =>
    JSON.stringify({
      format: 'touyan-evidence/1',
      kind: 'receipt',
      document: { n: fact.body.n },
      claims: [{ path: '/n', fact: fact.id, pointer: '/body/n' }],
      ...(await ledger.evidence([fact.id])),
    });

  /** The whole log, read and hashed again from its entries, is what its checkpoint says. */
  async function expectWhole(): Promise<void> {
    const { size, root } = await treeOf(ledger);
    const leaves = [];
    for (let index = 0; index * 256 < size; index += 1) {
      const width = Math.min(256, size - index * 256);
      const bundle = (await ledger.entries(index, width)) ?? new Uint8Array();
      expect(bundle).toHaveLength(width * 34);
      for (let at = 0; at < bundle.length; at += 34) {
        expect([bundle[at], bundle[at + 1]]).toEqual([0, 32]);
        leaves.push(testLeafHash(bundle.slice(at + 2, at + 34)));
      }
    }
    expect(equalBytes(testRoot(leaves), root)).toBe(true);
    const { rows } = await sql<{ facts: number; places: number }>`
      select (select count(*) from kernel_facts) as facts,
        (select sum(length)::integer from kernel_fact_runs) as places`.execute(db.read);
    expect(rows).toEqual([{ facts: size, places: size }]);
    await house.open();
  }

  test('an empty log has a signed checkpoint', async () => {
    expect(await treeOf(ledger)).toMatchObject({ origin: 'test.example/ledger', size: 0 });
  });

  test('a fact is there if its transaction commits, and only then', async () => {
    const kept = await house.record(1);
    const lost = db.transaction(async (tx) => {
      await house.facts.append(tx, { ...kept, body: { n: 2 } });
      throw new Error('rolled back');
    });
    await expect(lost).rejects.toThrow('rolled back');
    await ledger.integrate();
    expect(await ledger.size()).toBe(1);
    const report = await verifyEvidence(await receiptOf(kept), {
      logKey: ledger.vkey,
      witnessKeys: [],
    });
    expect(report).toMatchObject({ ok: true, claims: [{ level: 'included' }] });
  });

  test('an undeclared kind and a body that does not fit are broken invariants', async () => {
    const append = (draft: { kind: string; body: object }) =>
      db.transaction((tx) => house.facts.append(tx, { subject: 's', actor: 'a', ...draft }));
    await expect(append({ kind: 'test.unknown', body: {} })).rejects.toThrow(
      'no contract declares',
    );
    await expect(append({ kind: 'test.happened', body: { n: 'x' } })).rejects.toThrow(
      'does not fit',
    );
  });

  test('facts of many writers, integrated by many servers, stand in it once each', async () => {
    const servers = await Promise.all([1, 2, 3].map(() => house.open([], { batchMax: 7 })));
    const writers = Array.from({ length: 40 }, (_, n) => house.record(n));
    const integrators = Array.from({ length: 12 }, (_, n) => servers[n % 3]?.integrate());
    await Promise.all([...writers, ...integrators]);
    await ledger.integrate();
    await expectWhole();
  });

  test('its status speaks of one tree, though it grows meanwhile', async () => {
    const growing = Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        await house.record(n);
        await ledger.integrate();
      }),
    );
    const seen = [];
    for (let count = 0; count < 100; count += 1) seen.push(await ledger.status());
    await growing;
    for (const { size, cosignedSize, checkpoint } of seen) {
      expect(parseCheckpoint(parseNote(checkpoint).text).size).toBe(size);
      expect(cosignedSize).toBe(size);
    }
  });

  test('the log grows consistently, over whole tiles too', async () => {
    const older = await treeOf(ledger);
    await house.recordAll(600);
    await ledger.integrate();
    const newer = await treeOf(ledger);
    const proof = await ledger.consistency(older.size, newer.size);
    const hashes = proof.map((hash) => new Uint8Array(hash));
    expect(newer.size).toBe(older.size + 600);
    expect(await verifyConsistency(older, newer, hashes)).toBe(true);
    await expectWhole();
    expect(await ledger.tile(0, 0, 256)).toHaveLength(8192);
    expect(await ledger.tile(0, 0, 17)).toHaveLength(17 * 32);
    expect(await ledger.tile(0, Math.floor(newer.size / 256), 256)).toBe(null);
    expect(await ledger.tile(5, 0, 1)).toBe(null);
  });

  test('a fact that commits late is placed late; a number never used is forgotten', async () => {
    const gaps = async () => (await db.raw('select first, last from kernel_fact_gaps')).rows;
    const rolledBack = db.transaction(async (tx) => {
      await house.facts.append(tx, {
        kind: 'test.happened',
        subject: 's',
        actor: 'a',
        body: { n: 0 },
      });
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow();
    // PGlite has one connection: nothing can commit while another transaction is open.
    let late: Promise<Fact> | undefined;
    let release = () => {};
    if (db.engine === 'postgres') {
      const { promise: released, resolve } = Promise.withResolvers<void>();
      const { promise: begun, resolve: appended } = Promise.withResolvers<void>();
      release = resolve;
      late = db.transaction(async (tx) => {
        const draft = { kind: 'test.happened', subject: 's', actor: 'a', body: { n: 0 } };
        const fact = await house.facts.append(tx, draft);
        appended();
        await released;
        return fact;
      });
      await begun;
    }
    const integrator = createIntegrator(
      { batchMax: 10 },
      { db, clock: systemClock, signer: house.signer },
    );
    const first = await house.record(1);
    await ledger.integrate();
    // Another one is left from the first test.
    expect(await gaps()).toHaveLength(2);
    if (late !== undefined) {
      await integrator.tidy();
      expect(await gaps()).toHaveLength(2);
      release();
      const fact = await late;
      await ledger.integrate();
      const [before, after] = [await ledger.proof(first.id), await ledger.proof(fact.id)];
      expect(after.index).toBe(before.index + 1);
    }
    await integrator.tidy();
    expect(await gaps()).toEqual([]);
    await expectWhole();
  });

  test('killed at any step of an integration, nothing is lost, nothing stands twice', async () => {
    const older = await treeOf(ledger);
    await house.recordAll(300);
    let killed = 0;
    for (let step = 1; ; step += 1) {
      const failing = await house.open([], {}, dyingAt(db, step));
      const outcome = await failing.integrate().then(
        () => 'done',
        (error: Error) => error.message,
      );
      if (outcome === 'done') break;
      expect(outcome).toBe('killed');
      killed += 1;
      expect((await treeOf(ledger)).size).toBe(older.size);
      await house.open();
    }
    expect(killed).toBeGreaterThan(4);
    const newer = await treeOf(ledger);
    expect(newer.size).toBe(older.size + 300);
    const proof = await ledger.consistency(older.size, newer.size);
    expect(await verifyConsistency(older, newer, proof)).toBe(true);
    await expectWhole();
  });

  test('an erased fact is gone; the log and every other proof stay', async () => {
    const [erased, kept] = [await house.record(7), await house.record(8)];
    await ledger.integrate();
    const before = await ledger.checkpoint();
    await db.transaction((tx) => house.facts.erase(tx, erased.id));
    await expect(ledger.proof(erased.id)).rejects.toMatchObject({ code: 'kernel.fact_erased' });
    const trust = { logKey: ledger.vkey, witnessKeys: [] };
    expect((await verifyEvidence(await receiptOf(kept), trust)).ok).toBe(true);
    expect(await ledger.checkpoint()).toBe(before);
    const page = await house.facts.about('thing_1', { limit: 2 });
    expect(page.map(({ id, body }) => [id, body])).toEqual([
      [kept.id, { n: 8 }],
      [erased.id, null],
    ]);
    const older = await house.facts.about('thing_1', { limit: 1, before: kept.id });
    expect(older[0]?.id).toBe(erased.id);
    await expectWhole();
  });

  test('the service integrates by itself, and whoever waits is told', async () => {
    const stop = new AbortController();
    const running = ledger.service.run(stop.signal);
    const fact = await house.record(9);
    await expect(ledger.proof(fact.id)).rejects.toMatchObject({ code: 'kernel.fact_waiting' });
    await ledger.waitFor(fact.id, AbortSignal.timeout(5000));
    expect((await ledger.proof(fact.id)).fact).toEqual(fact);
    await expect(ledger.waitFor('fact_none', stop.signal)).rejects.toMatchObject({
      code: 'kernel.fact_missing',
    });
    stop.abort();
    await running;
    const late = await house.record(10);
    await expect(ledger.waitFor(late.id, AbortSignal.timeout(50))).rejects.toThrow('timeout');
    await ledger.service.drain?.();
    await ledger.waitFor(late.id, AbortSignal.timeout(50));
  });

  test('proofs hold in a log whose tiles are not all kept in memory', async () => {
    await sql`
      insert into kernel_facts (id, kind, subject, actor, time, body, salt, commitment)
      select 'fact_large_' || n, 'test.happened', 'thing_1', 'party_1', now(), '{"n":1}',
        sha256(('salt' || n)::bytea), sha256(n::text::bytea)
      from generate_series(1, 70000) n`.execute(db.read);
    const own = await house.open([], { batchMax: 40_000 });
    await own.integrate();
    for (const n of [1, 2, 256, 30_000, 30_001, 65_536, 69_999, 70_000]) {
      const { checkpoint, index, hashes } = await own.proof(`fact_large_${n}`);
      const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
      const leaf = testLeafHash(hash('sha256', String(n), 'buffer'));
      expect(await verifyInclusion({ size, root }, index, leaf, hashes)).toBe(true);
    }
    await expect(own.proof('fact_large_0')).rejects.toMatchObject({ code: 'kernel.fact_missing' });
  });

  test.each([
    [
      'a tile',
      sql`update kernel_ledger_tiles set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)
      where level = 0 and index = (select max(index) from kernel_ledger_tiles where level = 0)`,
    ],
    [
      'a checkpoint',
      sql`update kernel_ledger_checkpoints set root = set_byte(root, 0, get_byte(root, 0) # 1)
      where size = (select max(size) from kernel_ledger_checkpoints)`,
    ],
    [
      'a signature',
      sql`update kernel_ledger_checkpoints set note = replace(note, 'test.', 'best.')
      where size = (select max(size) from kernel_ledger_checkpoints)`,
    ],
    [
      'a place',
      sql`update kernel_fact_runs set length = length + 1
      where position = (select max(position) from kernel_fact_runs)`,
    ],
  ])('%s that was changed in the database is found at the start', async (_, change) => {
    const attempt = db.transaction(async (tx) => {
      await change.execute(tx);
      const inside = new Proxy(db, {
        get: (target, key) =>
          key === 'transaction'
            ? (work: (own: Executor) => Promise<unknown>) => work(tx)
            : Reflect.get(target, key),
      });
      await house.open([], {}, inside);
    });
    await expect(attempt).rejects.toThrow(/the ledger .*(damaged|another key)/);
  });
});

/** A database whose transactions die at their nth statement, or at their commit. */
function dyingAt(db: Database, step: number): Database {
  const dying: Database['transaction'] = (work) => {
    let statements = 0;
    const count = () => {
      statements += 1;
      if (statements === step) throw new Error('killed');
    };
    return db.transaction(async (tx) => {
      const executor = tx.getExecutor();
      const counted = new Proxy(executor, {
        get(target, key) {
          if (key === 'executeQuery') count();
          const value = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const counting = new Proxy(tx, {
        get(target, key) {
          if (key === 'getExecutor') return () => counted;
          const value = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const result = await work(counting);
      count();
      return result;
    });
  };
  let opened = false;
  return new Proxy(db, {
    get(target, key) {
      if (key !== 'transaction') return Reflect.get(target, key);
      // The first transaction is the opening.
      if (opened) return dying;
      opened = true;
      return target.transaction;
    },
  });
}
