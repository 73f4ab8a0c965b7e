import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#kernel/db.ts';
import type { Ledger } from '#kernel/ledger.ts';
import { createWitness } from '#kernel/ledger-witness.ts';
import { testDatabases } from '#kernel/testing.ts';
import { testLedgerHouse } from '#kernel/testing-ledger.ts';
import { verifyEvidence } from '#verify/verify.ts';
import { startWitnessProcess, type WitnessProcess } from './testing-witness.ts';

// The ledger with a real witness beside it, which is away, comes back, and catches what it must.

describe.each(testDatabases())('the witnessed ledger on $engine', ({ open }) => {
  let db: Database;
  let house: Awaited<ReturnType<typeof testLedgerHouse>>;
  let ledger: Ledger;
  let folder: string;
  let process: WitnessProcess;

  const startProcess = (port = 0) =>
    startWitnessProcess({ data: folder, logs: [house.signer.vkey], port });
  const openLedger = async () =>
    house.open([
      await createWitness({ url: process.address, vkey: process.vkey, timeoutMs: 2000 }),
    ]);
  async function runWhile<Result>(server: Ledger, work: () => Promise<Result>): Promise<Result> {
    const stop = new AbortController();
    const running = server.service.run(stop.signal);
    try {
      return await work();
    } finally {
      stop.abort();
      await running;
    }
  }

  beforeAll(async () => {
    db = await open();
    house = await testLedgerHouse(db);
    folder = await mkdtemp(join(tmpdir(), 'touyan-witness-'));
    process = await startProcess();
    ledger = await openLedger();
  });
  afterAll(async () => {
    await process.kill();
    await db.close();
    await house.close();
    await rm(folder, { recursive: true });
  });

  test('evidence holds under the keys of log and witness', async () => {
    await runWhile(ledger, async () => {
      const facts = await Promise.all([1, 2, 3].map((n) => house.record(n)));
      for (const fact of facts) await ledger.waitFor(fact.id, AbortSignal.timeout(10_000));
      const [fact] = facts;
      const receipt = {
        format: 'touyan-evidence/1',
        kind: 'receipt',
        document: { n: 1 },
        claims: [{ path: '/n', fact: fact?.id, pointer: '/body/n' }],
        ...(await ledger.evidence([fact?.id ?? ''])),
      };
      const trust = { logKey: ledger.vkey, witnessKeys: ledger.witnessKeys };
      const report = await verifyEvidence(JSON.stringify(receipt), trust);
      expect(report.failures).toEqual([]);
      expect(report.checkpoint?.cosignatures).toMatchObject([{ name: 'witness.test.example' }]);
    });
  });

  test('while the witness is away the ledger goes on, says so, and catches up', async () => {
    const port = Number(new URL(process.address).port);
    const { cosignedSize } = await ledger.status();
    await process.kill();
    await runWhile(ledger, async () => {
      const fact = await house.record(4);
      await expect.poll(() => ledger.size()).toBe(cosignedSize + 1);
      const lag = await ledger.status();
      expect(lag).toMatchObject({ cosignedSize, fault: null });
      expect(await ledger.newest()).toMatchObject({ cosigned: false });
      expect(await ledger.proof(fact.id)).toMatchObject({ cosigned: false, index: cosignedSize });
      await expect.poll(async () => (await ledger.status()).witnesses[0]?.problem).not.toBe(null);
      process = await startProcess(port);
      await ledger.waitFor(fact.id, AbortSignal.timeout(10_000));
      expect(await ledger.newest()).toMatchObject({ cosigned: true });
      expect((await ledger.status()).witnesses[0]?.problem).toBe(null);
    });
  });

  test('a server that does not know what was cosigned asks, and goes on', async () => {
    await db.raw('delete from kernel_ledger_cosignatures');
    const other = await openLedger();
    await runWhile(other, async () => {
      const fact = await house.record(5);
      await other.waitFor(fact.id, AbortSignal.timeout(10_000));
    });
  });

  test('a database that went back is caught: nothing more is signed', async () => {
    await db.raw(`
      delete from kernel_ledger_checkpoints;
      delete from kernel_ledger_tiles;
      delete from kernel_fact_runs;
      update kernel_facts set commitment = decode(repeat('07', 32), 'hex')`);
    const restored = await openLedger();
    await runWhile(restored, async () => {
      await house.recordAll(10);
      await expect.poll(async () => (await restored.status()).fault).toContain('has seen');
      await restored.integrate();
      expect(await restored.size()).toBe(0);
    });
  });

  test('a fork is caught: the witness refuses it and keeps the evidence', async () => {
    const before = await readdir(join(folder, 'refused'));
    const forked = await openLedger();
    await house.recordAll(10);
    await forked.integrate();
    await runWhile(forked, async () => {
      await expect
        .poll(async () => (await forked.status()).fault, { timeout: 10_000 })
        .toContain('another tree');
    });
    expect((await readdir(join(folder, 'refused'))).length).toBeGreaterThan(before.length);
  });
});
