import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterAs } from '../../src/apps/demo/actor.ts';
import { runMainJob } from '../../src/apps/demo/main-job.ts';
import { gatherResult } from '../../src/apps/demo/result.ts';
import { openLogSigner } from '../../src/apps/open-kernel.ts';
import { startWitnessProcess, type WitnessProcess } from '../../src/apps/testing-witness.ts';
import { type FreshDatabase, freshDatabase, postgresUrl } from '../fresh-database.ts';
import { settled } from '../kill-run.ts';
import { readCheckpoint, readEntries, rootOf } from '../log-entries.ts';
import { queryStored } from '../stored-facts.ts';
import { startTouyan, type TouyanProcess } from '../touyan-process.ts';
import { whatIsTwiceOrStuck } from '../whole.ts';

/**
 * Two servers on one PostgreSQL, as two machines would be: each has a data folder of its own with the same
 * keys, the objects are in a folder that both mount, and an outside witness watches their log. The main
 * job runs over both; one of them is killed in its middle, and the other ends it. No job, task, fact or
 * place in the log is there twice.
 */

const silent = {
  step: <Result>(_: string, work: (tell: (detail: string) => void) => Promise<Result>) =>
    work(() => {}),
  say() {},
};

describe.skipIf(!postgresUrl)('two servers on one PostgreSQL', () => {
  let place: string;
  let database: FreshDatabase;
  let witness: WitnessProcess;
  let servers: { running: TouyanProcess; address: string }[];
  const query = async (statement: string) =>
    (await queryStored({ folder: '', databaseUrl: database.url }, [statement]))[0]!;

  async function startServer(folder: string) {
    const words = ['--witness-url', witness.address, '--witness-key', witness.vkey];
    const running = startTouyan(
      ['start', '--demonstration', '--data', folder, '--port', '0', '--log', 'quiet', ...words],
      {
        // A lost host is noticed after five seconds instead of thirty.
        environment: { DATABASE_URL: database.url, COMPUTE_LEASE_SECONDS: '5' },
      },
    );
    const [, address = ''] = await running.said(/answers at (\S+)/);
    return { running, address };
  }

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'touyan-postgres-'));
    database = await freshDatabase(postgresUrl!);
    const [one, other] = [join(place, 'one'), join(place, 'other')];
    const { vkey } = await openLogSigner(one, 'postgres.test/log');
    witness = await startWitnessProcess({ data: join(place, 'witness'), logs: [vkey] });
    const first = await startServer(one);
    await mkdir(other, { mode: 0o700 });
    await cp(join(one, 'keys'), join(other, 'keys'), { recursive: true });
    await symlink(join(one, 'blobs'), join(other, 'blobs'));
    servers = [first, await startServer(other)];
  }, 180_000);
  afterAll(async () => {
    for (const { running } of servers ?? []) await running.kill();
    await witness?.kill();
    await database?.drop();
    await rm(place, { recursive: true, force: true });
  }, 60_000);

  it('do the main job together, and one goes on without the other', async () => {
    const [{ address: one }, other] = servers as [(typeof servers)[0], (typeof servers)[0]];
    const running = runMainJob(one, silent, await hasPython(one));
    running.catch(() => {});
    const hosts = () =>
      query(`select host_id, count(*) as count from compute_jobs where state = 'done' group by 1`);
    await expect.poll(async () => (await hosts()).length, { timeout: 300_000 }).toBe(2);

    const seen = await readCheckpoint(other.address);
    const entries = await readEntries(other.address, seen.size);
    expect(rootOf(entries)).toBe(seen.root);
    expect(rootOf(await readEntries(one, seen.size))).toBe(seen.root);
    await other.running.kill();

    const job = await running;
    const result = await gatherResult(one, join(place, 'results'), job);
    expect(result.certificate).toMatchObject({ verified: true });
    expect(result.winner.score).toBeGreaterThan(0.8);
    const failed = result.submissions.filter(({ status }) => status !== 'scored');
    expect(failed.map(({ name }) => name)).toEqual(['reads-the-future']);
    const last = await readCheckpoint(one);
    const all = await readEntries(one, last.size);
    expect(rootOf(all)).toBe(last.root);
    expect(rootOf(all.slice(0, seen.size))).toBe(seen.root);

    await settled(one, 120);
    expect(await servers[0]!.running.stop()).toBe(0);
    const where = { folder: '', databaseUrl: database.url };
    expect(await whatIsTwiceOrStuck(where)).toEqual([]);
  }, 600_000);
});

async function hasPython(address: string): Promise<boolean> {
  const { client } = await enterAs(address, 'operator');
  const { items } = await client.compute.listEnvironments({});
  return items.some(({ name }) => name === 'python');
}
