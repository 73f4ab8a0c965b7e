import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, enterAs, organisationOf } from '../../src/apps/demo/actor.ts';
import { until } from '../../src/apps/demo/call.ts';
import { copyOf, finishedRun } from '../finished-run.ts';
import { type FreshDatabase, freshDatabase, postgresUrl } from '../fresh-database.ts';
import { type PostgresProxy, postgresProxy } from '../postgres-proxy.ts';
import { runTouyan, startTouyan, type TouyanProcess } from '../touyan-process.ts';

/**
 * The emergency stop across servers: two of them on one PostgreSQL, with a live service that both answer for. A
 * stop that is set on one is effective on the other within a second, also where notifications between them are
 * cut; and a server that has lost the database answers nothing.
 */

const EFFECTIVE_MS_MAX = 1_000;
/** The answer sheet of a use that no rule minds. */
const answers = {
  practices: [],
  areas: [],
  exception: 'none' as const,
  profiling: 'no' as const,
  safetyComponent: 'no' as const,
  encounters: [],
  personalDecisions: 'no' as const,
  publicOpinion: 'no' as const,
  riskToLife: 'no' as const,
  automation: 'confirmed' as const,
};
const text = { zh: '急停演练', en: 'Stop drill' };

describe.skipIf(!postgresUrl)('a stop', () => {
  let place: string;
  let copied: string;
  let database: FreshDatabase;
  let proxy: PostgresProxy;
  let one: { running: TouyanProcess; address: string };
  let other: { running: TouyanProcess; address: string };
  let operator: Actor;
  let buyers: { one: Actor; other: Actor };
  let deploymentId: string;
  let asked = 0;

  async function startServer(folder: string, databaseUrl: string) {
    const argv = ['start', '--demonstration', '--data', folder, '--port', '0', '--log', 'quiet'];
    const running = startTouyan(argv, { environment: { DATABASE_URL: databaseUrl } });
    const [, address = ''] = await running.said(/answers at (\S+)/);
    return { running, address };
  }

  beforeAll(async () => {
    const run = await finishedRun();
    place = await mkdtemp(join(tmpdir(), 'touyan-stop-'));
    copied = await copyOf(run.folder);
    database = await freshDatabase(postgresUrl!);
    const backup = join(place, 'backup.tar.gz');
    const [first, second] = [join(place, 'one'), join(place, 'other')];
    const restore = ['restore', '--from', backup, '--data', first, '--database-url', database.url];
    for (const argv of [['backup', '--data', copied, '--to', backup], restore]) {
      const { code, err } = await runTouyan(argv);
      expect({ code, err }).toEqual({ code: 0, err: '' });
    }
    one = await startServer(first, database.url);
    await mkdir(second, { mode: 0o700 });
    await cp(join(first, 'keys'), join(second, 'keys'), { recursive: true });
    await symlink(join(first, 'blobs'), join(second, 'blobs'));
    proxy = await postgresProxy(database.url);
    other = await startServer(second, proxy.url);
    operator = await enterAs(one.address, 'operator');
    buyers = {
      one: await enterAs(one.address, 'district'),
      other: await enterAs(other.address, 'district'),
    };
    deploymentId = await goLive(await enterAs(one.address, 'vendor'), operator, buyers.one);
    await until(async () => (await infer('one')) === 'answered');
    await until(async () => (await infer('other')) === 'answered');
  }, 600_000);
  afterAll(async () => {
    proxy?.resume();
    for (const server of [one, other]) await server?.running.kill();
    await proxy?.close();
    await database?.drop();
    await rm(place, { recursive: true, force: true });
    if (copied) await rm(dirname(copied), { recursive: true, force: true });
  }, 60_000);

  /** One row to a server; how it was answered. */
  async function infer(where: 'one' | 'other'): Promise<string> {
    asked += 1;
    const row = { row: asked, time_s: asked * 5, mote_id: 1, indoor: 1 };
    try {
      const { predictions } = await buyers[where].client.serving.infer({
        ...{ deploymentId, session: `stop-${where}`, requestId: `stop-${asked}` },
        rows: [{ ...row, humidity: 45, temperature: 27 }],
      });
      return predictions.length === 1 ? 'answered' : 'something else';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }

  /** Calls the other server until told otherwise; when which answer came. */
  function keepCalling() {
    const seen: { at: number; answer: string }[] = [];
    let going = true;
    const ended = (async () => {
      while (going) {
        const answer = await infer('other');
        seen.push({ at: performance.now(), answer });
        await sleep(10);
      }
    })();
    return {
      seen,
      answered: () => seen.filter(({ answer }) => answer === 'answered').length,
      async end() {
        going = false;
        await ended;
      },
    };
  }

  const target = () => ({ type: 'serving.deployment' as const, id: deploymentId });

  /** Stops on one server while the other is called; how long after the request it still answered. */
  async function stopWhileCalled(): Promise<number> {
    const calls = keepCalling();
    await expect.poll(calls.answered, { timeout: 10_000 }).toBeGreaterThan(5);
    const began = performance.now();
    const { stoppedBy } = await operator.client.governance.stop({
      ...{ target: target(), reason: '演练' },
    });
    expect(stoppedBy).toBe(operator.partyId);
    await sleep(EFFECTIVE_MS_MAX * 1.5);
    await calls.end();
    const last = calls.seen.findLast(({ answer }) => answer === 'answered');
    expect(calls.seen.at(-1)?.answer).toBe('serving.stopped');
    return Math.max(0, (last?.at ?? began) - began);
  }

  async function release() {
    await operator.client.governance.release({ target: target(), reason: '演练结束' });
    await expect.poll(() => infer('one'), { timeout: 5_000 }).toBe('answered');
    await expect.poll(() => infer('other'), { timeout: 5_000 }).toBe('answered');
  }

  it('on one server is effective on the other within a second', async () => {
    expect(await stopWhileCalled()).toBeLessThan(EFFECTIVE_MS_MAX);
    expect(await infer('one')).toBe('serving.stopped');
    await release();
  }, 60_000);

  it('is so with notifications cut', async () => {
    proxy.notifies = false;
    try {
      expect(await stopWhileCalled()).toBeLessThan(EFFECTIVE_MS_MAX);
      await release();
    } finally {
      proxy.notifies = true;
    }
  }, 60_000);

  it('holds on a server that has lost the database, from a second on', async () => {
    const calls = keepCalling();
    await expect.poll(calls.answered, { timeout: 10_000 }).toBeGreaterThan(5);
    proxy.silence();
    const began = performance.now();
    await operator.client.governance.stop({ target: target(), reason: '失联演练' });
    await sleep(EFFECTIVE_MS_MAX * 2);
    const late = () =>
      calls.seen.filter(({ at, answer }) => answer === 'answered' && at > began + EFFECTIVE_MS_MAX);
    expect(late()).toEqual([]);
    proxy.resume();
    await expect.poll(() => calls.seen.at(-1)?.answer, { timeout: 30_000 }).toBe('serving.stopped');
    await calls.end();
    expect(late()).toEqual([]);
    await release();
  }, 90_000);

  it('comes before an answer that was durable but not yet given', async () => {
    proxy.silenceAfterCommitOf('insert into serving_inferences');
    const answer = infer('other');
    await expect.poll(() => proxy.silent(), { timeout: 5_000, interval: 5 }).toBe(true);
    await operator.client.governance.stop({ target: target(), reason: '失联演练' });
    await sleep(EFFECTIVE_MS_MAX);
    proxy.resume();
    expect(await answer).toBe('serving.stopped');
    await release();
  }, 60_000);

  it('does not wait for a server that hangs while it journals', async () => {
    const hung = new pg.Client({ connectionString: database.url });
    await hung.connect();
    try {
      await hung.query('begin');
      await hung.query('select 1 from serving_deployments where id = $1 for update', [
        deploymentId,
      ]);
      const began = performance.now();
      await operator.client.governance.stop({ target: target(), reason: '演练' });
      const answers = await Promise.all([infer('one'), infer('other')]);
      expect(answers).toEqual(['serving.stopped', 'serving.stopped']);
      expect(performance.now() - began).toBeLessThan(EFFECTIVE_MS_MAX);
    } finally {
      await hung.end();
    }
    await release();
  }, 60_000);
});

/** From the certificate of the finished run to a deployment that somebody may call; its id. */
async function goLive(vendor: Actor, operator: Actor, buyer: Actor): Promise<string> {
  const { items } = await vendor.client.assurance.listCertificates({ state: 'valid' });
  const { certificateId, holderId } = items[0]!;
  const { assessmentId } = await vendor.client.governance.assess({
    ...{ certificateId, use: text.zh, answers },
  });
  const asked = await vendor.client.governance.requestApproval({
    ...{ assessmentId, purpose: text.zh, automation: 'confirmed' },
  });
  const { stepId } = await operator.client.cases.getCase({ caseId: asked.caseId });
  await operator.client.cases.decideStep({
    ...{ stepId: stepId!, decision: 'approve', reason: text.zh },
  });
  const { approvalId } = asked;
  const approval = () => vendor.client.governance.getApproval({ approvalId });
  await until(async () => (await approval()).state === 'approved');
  const programId = (await approval()).programId!;

  // The finished run may have sold it already.
  const sold = await vendor.client.exchange.listProducts({ programId });
  const { productId } =
    sold.items[0] ??
    (await vendor.client.exchange.createProduct({
      ...{ ownerId: holderId, programId, title: text, summary: text },
    }));
  const { offerId } = await vendor.client.exchange.publishOffer({
    ...{ productId, priceMinor: 1, terms: { validDays: 30, purpose: text } },
  });
  const { agreementId, documentDigest } = await buyer.client.exchange.proposeAgreement({
    ...{ offerId, buyerId: organisationOf(buyer), creditMinor: 100_000 },
  });
  for (const { client } of [buyer, vendor]) {
    await client.exchange.signAgreement({ agreementId, documentDigest });
  }
  const { deploymentId } = await operator.client.serving.createDeployment({
    ...{ name: text.zh, program: { programId } },
  });
  return deploymentId;
}
