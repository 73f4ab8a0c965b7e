import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openLogSigner } from '../../src/apps/open-kernel.ts';
import { startWitnessProcess, type WitnessProcess } from '../../src/apps/testing-witness.ts';
import { verifyEvidence } from '../../src/verify/verify.ts';
import { type Booted, boot } from '../boot.ts';
import { copyOf } from '../finished-run.ts';
import { readCheckpoint, readEntries, rootOf, type SeenCheckpoint } from '../log-entries.ts';
import { queryStored } from '../stored-facts.ts';
import { runTouyan } from '../touyan-process.ts';

/**
 * The witness is a process of its own with a key and a memory of its own. A platform whose log went back, as
 * after a restored backup, or branched off, as on a copied folder, gets no cosignature, says at its
 * ledger why, and signs nothing more; the log that grew goes on. A rewritten past shows by itself.
 */

let place: string;
let witness: WitnessProcess;
let folder: string;
let older: string;
let newest: SeenCheckpoint;

const start = (data: string) =>
  boot({ folder: data, witness: { url: witness.address, vkey: witness.vkey } });

/** Does things until the log has grown by some entries. */
async function work({ as, platform }: Booted, entries: number): Promise<void> {
  const { client } = await as('vendor');
  const size = await platform.kernel.ledger.size();
  for (let count = 0; (await platform.kernel.ledger.size()) < size + entries; count += 1) {
    const name = `演示企业 ${size + count}`;
    await client.parties.createOrganisation({ name, description: '' });
  }
}

/** Also called by hooks, where `expect.poll` is not allowed. */
const cosigned = ({ platform: { kernel } }: Booted) =>
  vi.waitFor(
    async () => {
      const { size, cosignedSize } = await kernel.ledger.status();
      expect(cosignedSize).toBe(size);
    },
    { timeout: 20_000, interval: 100 },
  );

async function faultOf({ as }: Booted): Promise<string | null> {
  const { client } = await as('auditor');
  return (await client.kernel.getLedger({})).fault;
}

/** The checkpoint that the witness shows to everybody, as it cosigned it last. */
async function monitored(): Promise<string[]> {
  const [name = ''] = await readdir(join(place, 'witness', 'logs'));
  const response = await fetch(`${witness.address}/${name}/checkpoint`);
  return (await response.text()).split('\n').slice(1, 3);
}

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'touyan-witness-'));
  folder = join(place, 'data');
  const { vkey } = await openLogSigner(folder, 'witness.test/log');
  witness = await startWitnessProcess({ data: join(place, 'witness'), logs: [vkey] });
  let booted = await start(folder);
  await work(booted, 5);
  await cosigned(booted);
  await booted.stop();
  older = await copyOf(folder);
  booted = await start(folder);
  await work(booted, 10);
  await cosigned(booted);
  newest = await readCheckpoint(booted.address);
  await booted.stop();
}, 180_000);
afterAll(async () => {
  await witness?.kill();
  await rm(place, { recursive: true, force: true });
  await rm(dirname(older), { recursive: true, force: true });
});

describe('a log that went back', () => {
  it('is refused, says so at its ledger, and signs nothing more', async () => {
    const data = await copyOf(older);
    const booted = await start(data);
    try {
      const { size } = await readCheckpoint(booted.address);
      expect(size).toBeLessThan(newest.size);
      await expect
        .poll(() => faultOf(booted), { timeout: 20_000 })
        .toContain(`has seen ${newest.size} entries, we have ${size}`);
      const { client } = await booted.as('vendor');
      await client.parties.createOrganisation({ name: '之后', description: '' });
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect((await readCheckpoint(booted.address)).size).toBe(size);
      expect(await monitored()).toEqual([String(newest.size), newest.root]);
    } finally {
      await booted.stop();
      await rm(dirname(data), { recursive: true, force: true });
    }
  }, 120_000);
});

describe('a log that branched off while the witness was away', () => {
  it('is refused with evidence, and says so at its ledger', async () => {
    const data = await copyOf(older);
    const port = Number(new URL(witness.address).port);
    await witness.kill();
    const booted = await start(data);
    try {
      // Longer than the one that the witness knows, so that size alone shows nothing.
      const { size } = await readCheckpoint(booted.address);
      await work(booted, newest.size - size + 5);
      const branch = await readCheckpoint(booted.address);
      expect(branch.size).toBeGreaterThan(newest.size);
      const entries = await readEntries(booted.address, newest.size);
      expect(rootOf(entries)).not.toBe(newest.root);

      const logs = [booted.platform.kernel.ledger.vkey];
      witness = await startWitnessProcess({ data: join(place, 'witness'), logs, port });
      await expect
        .poll(() => faultOf(booted), { timeout: 60_000 })
        .toContain(`has cosigned another tree of ${newest.size} entries`);
      expect(await monitored()).toEqual([String(newest.size), newest.root]);
      expect(await readdir(join(place, 'witness', 'refused'))).not.toEqual([]);
    } finally {
      await booted.stop();
      await rm(dirname(data), { recursive: true, force: true });
    }
  }, 180_000);

  it('does not keep the log that grew from going on', async () => {
    const booted = await start(folder);
    try {
      await work(booted, 3);
      await cosigned(booted);
      expect(await faultOf(booted)).toBe(null);
      const { size } = await readCheckpoint(booted.address);
      expect((await monitored())[0]).toBe(String(size));
      expect(rootOf((await readEntries(booted.address, size)).slice(0, newest.size))).toBe(
        newest.root,
      );
    } finally {
      await booted.stop();
    }
  }, 120_000);
});

describe('a past that was rewritten in the database', () => {
  it('in its tree: the platform does not start and says what to do', async () => {
    const data = await copyOf(older);
    await queryStored({ folder: data }, [
      `update kernel_ledger_tiles set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)
      where level = 0 and index = 0`,
    ]);
    const { code, err } = await runTouyan(['start', '--data', data, '--port', '0']);
    expect(err).toContain('the ledger is damaged');
    expect(err).toContain('Restore the last backup; sign nothing until then.');
    expect(code).toBe(1);
    await rm(dirname(data), { recursive: true, force: true });
  }, 60_000);

  it('in a fact: its proof no longer holds', async () => {
    const data = await copyOf(folder);
    const ofKind = `select id from kernel_facts where kind = 'parties.party_created'
      order by sequence desc limit 1`;
    const change = `update kernel_facts set actor = 'party_other' where id = (${ofKind})`;
    const [[fact] = []] = await queryStored({ folder: data }, [ofKind, change]);
    const booted = await start(data);
    try {
      const id = String(fact?.id);
      const { ledger } = booted.platform.kernel;
      const receipt = {
        format: 'touyan-evidence/1',
        kind: 'receipt',
        document: { actor: 'party_other' },
        claims: [{ path: '/actor', fact: id, pointer: '/actor' }],
        ...(await ledger.evidence([id])),
      };
      const trust = { logKey: ledger.vkey, witnessKeys: [witness.vkey] };
      const report = await verifyEvidence(JSON.stringify(receipt), trust);
      expect(report.failures.map(({ code }) => code)).toContain('inclusion_proof_invalid');
    } finally {
      await booted.stop();
      await rm(dirname(data), { recursive: true, force: true });
    }
  }, 60_000);
});
