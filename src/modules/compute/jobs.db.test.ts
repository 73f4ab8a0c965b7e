import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, nobody } from '#kernel/testing-calls.ts';
import { createHub, hubOptions } from '#modules/hub';
import { createEndJob } from './end-job.ts';
import type { JobSpecInput } from './entities.ts';
import { createIsolationService } from './isolation-service.ts';
import { attemptJob } from './job-attempt.ts';
import * as store from './store.ts';
import { openKernel, ownMetrics, putText, startCompute, testOptions } from './testing.ts';
import { honestProgram } from './testing-isolation.ts';

const features = 'row,value\n10,1\n11,2\n12,5\n';

describe.each(testDatabases())('jobs on $engine', ({ open }) => {
  let db: Database;
  let kernel: Kernel;
  let close: () => Promise<void>;
  let running: Awaited<ReturnType<typeof startCompute>>;
  const worker = callAs('party_worker', { administratorOf: 'party_port' });
  const rival = callAs('party_rival', { administratorOf: 'party_vendor' });

  beforeAll(async () => {
    db = await open();
    ({ kernel, close } = await openKernel(db));
    await db.transaction(async (tx) => {
      for (const id of ['party_port', 'party_vendor']) {
        await kernel.access.register(tx, { type: 'party', id, owner: id, audience: 'members' });
      }
    });
    running = await startCompute(
      kernel,
      {},
      createHub(readOptions(hubOptions, {}), { kernel: ownMetrics(kernel) }),
    );
  });
  afterAll(async () => {
    await running.stop();
    await close();
    await db.close();
  });

  const specOf = async (
    program: string,
    more: Partial<JobSpecInput> = {},
  ): Promise<JobSpecInput> => {
    const digest = await putText(kernel, program);
    const rows = more.mode === 'batch' ? {} : { features: await putText(kernel, features) };
    return {
      ...{
        ownerId: 'party_port',
        basis: 'eval_1',
        environment: 'javascript',
        mode: 'rows',
        logs: 'full',
      },
      program: { files: [{ path: 'main.mjs', digest }], entry: 'main.mjs' },
      outputs: [],
      ...rows,
      ...more,
    };
  };
  const submit = (spec: JobSpecInput) =>
    db.transaction((tx) => running.compute.submit(tx, spec, worker));
  const run = async (program: string, more: Partial<JobSpecInput> = {}) =>
    running.ended(await submit(await specOf(program, more)));
  const finishes = async (jobId: string) => {
    const facts = await kernel.facts.about(jobId, { limit: 20 });
    return facts.filter(({ kind }) => kind === 'compute.job_finished');
  };

  test('rows are answered, the predictions kept, and the end told once', async () => {
    const job = await run(honestProgram, { options: { over: 1 } });
    expect(job).toMatchObject({
      state: 'done',
      reason: null,
      attempt: 1,
      isolation: 'webassembly',
    });
    expect(job.outputs.map(({ name }) => name)).toEqual(['predictions']);
    const text = await kernel.blobs.text(job.outputs[0]?.digest ?? '', 1_000);
    expect(text).toBe('row,flag,score\n10,0,0.5\n11,1,1\n12,1,2.5\n');
    const [fact, ...more] = await finishes(job.id);
    expect(more).toEqual([]);
    expect(fact?.body).toMatchObject({
      ...{ jobId: job.id, basis: 'eval_1', ownerId: 'party_port', state: 'done', reason: null },
      outputs: job.outputs,
      usage: { rowsAnswered: 3 },
      environmentDigest: await running.compute.environmentDigest('javascript'),
    });
  });

  test('inputs are read, declared outputs kept', async () => {
    const program = `export default async ({ readText, write }) => { write('b.txt', readText('a.txt') + '!') }`;
    const job = await run(program, {
      mode: 'batch',
      inputs: [{ name: 'a.txt', digest: await putText(kernel, '港口') }],
      outputs: [{ name: 'b.txt', bytesMax: 100 }],
    });
    expect(await kernel.blobs.text(job.outputs[0]?.digest ?? '', 100)).toBe('港口!');
  });

  test('a failure has its reason; logs are shown where they may be', async () => {
    const program = 'console.log("on the way"); export function create() { throw new Error("no") }';
    const open = await run(program);
    expect(open).toMatchObject({ state: 'failed', reason: 'program_error', outputs: [] });
    const logs = await running.compute.handlers.getJobLogs({ jobId: open.id }, worker);
    expect(logs.text).toContain('on the way');
    const hidden = await run(program, { logs: 'none' });
    await expect(running.compute.handlers.getJobLogs({ jobId: hidden.id }, worker)).rejects.toThrow(
      'nothing that it wrote is shown',
    );
  });

  test('features that cannot be read, and an environment that is not there, are said', async () => {
    const broken = await run(honestProgram, { features: await putText(kernel, 'a,b\n1\n') });
    expect(broken).toMatchObject({ state: 'failed', reason: 'inputs_refused' });
    const python = await run(honestProgram, { environment: 'python' });
    expect(python).toMatchObject({ state: 'failed', reason: 'environment_missing' });
  });

  test.each<[string, Partial<JobSpecInput>]>([
    ['compute.input_missing', { features: `sha256:${'0'.repeat(64)}` }],
    ['compute.limit_too_high', { limits: { wallSeconds: 601 } }],
    [
      'compute.spec_refused',
      { program: { files: [{ path: '../x', digest: `sha256:${'0'.repeat(64)}` }], entry: '../x' } },
    ],
    ['compute.spec_refused', { outputs: [{ name: 'x', bytesMax: 1 }] }],
  ])('%s: %j', async (code, more) => {
    await expect(submit(await specOf(honestProgram, more))).rejects.toMatchObject({ code });
  });

  test('a waiting job is stopped at once, a running one soon, an ended one not at all', async () => {
    const endless = await specOf('for (;;);');
    const ids = [];
    for (let index = 0; index < 3; index += 1) ids.push(await submit(endless));
    while ((await running.compute.readJob(ids[1] ?? ''))?.state !== 'running') {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const waiting = await running.compute.handlers.getJob({ jobId: ids[2] ?? '' }, worker);
    expect(waiting).toMatchObject({ state: 'waiting', ahead: 0 });
    for (const jobId of ids.toReversed()) {
      await running.compute.handlers.stopJob({ jobId }, worker);
      expect(await running.ended(jobId)).toMatchObject({ state: 'stopped', reason: 'cancelled' });
      const again = await running.compute.handlers.stopJob({ jobId }, worker);
      expect(again.state).toBe('stopped');
      expect(await finishes(jobId)).toHaveLength(1);
    }
  });

  test('a job is seen by its owner only, and run by nobody for others', async () => {
    const { id: jobId } = await run(honestProgram);
    const seen = (call: typeof worker) =>
      running.compute.handlers
        .listJobs({ limit: 100 }, call)
        .then(({ items }) => items.map(({ id }) => id));
    expect(await seen(worker)).toContain(jobId);
    expect(await seen(rival)).toEqual([]);
    const input = { jobId };
    await expect(running.compute.handlers.getJob(input, rival)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    await expect(running.compute.handlers.stopJob(input, rival)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    await expect(running.compute.handlers.getJob(input, nobody)).rejects.toMatchObject({
      category: 'unauthenticated',
    });
  });

  test('a job of the hub reads only what its submitter may read', async () => {
    const hub = createHub(readOptions(hubOptions, {}), { kernel: ownMetrics(kernel) });
    const create = (name: string, ownerId: string, call: typeof worker) =>
      hub.handlers.createRepository(
        {
          ...{ ownerId, kind: 'dataset', name, audience: 'owner', title: { zh: name, en: '' } },
          ...{ summary: { zh: '', en: '' }, licence: '', tags: [], sector: null, task: null },
        },
        call,
      );
    const publish = async (
      repositoryId: string,
      files: Record<string, string>,
      call: typeof worker,
    ) => {
      const list = [];
      for (const [path, text] of Object.entries(files)) {
        const { digest } = await hub.storeFile({ repositoryId, source: Buffer.from(text) }, call);
        list.push({ path, digest });
      }
      const { revision } = await hub.handlers.publishRevision(
        { repositoryId, files: list, message: '' },
        call,
      );
      return { repositoryId, revisionDigest: revision.revisionDigest };
    };
    const data = await publish(
      (await create('data', 'party_port', worker)).id,
      { 'a.csv': features },
      worker,
    );
    const code = await publish(
      (await create('code', 'party_vendor', rival)).id,
      { 'main.mjs': honestProgram },
      rival,
    );
    const input = {
      ...({ ownerId: 'party_vendor', environment: 'javascript', mode: 'rows' } as const),
      program: { ...code, entry: 'main.mjs' },
      features: { ...data, path: 'a.csv' },
      ...{ inputs: [], outputs: [], options: {}, limits: {} },
    };
    await expect(running.compute.handlers.submitJob(input, rival)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    await expect(
      running.compute.handlers.submitJob({ ...input, ownerId: 'party_port' }, rival),
    ).rejects.toMatchObject({ category: expect.stringMatching(/denied|missing/) });
    const resource = { type: 'hub.repository', id: data.repositoryId };
    await db.transaction((tx) =>
      kernel.access.grant(
        tx,
        { subject: 'party_vendor', action: 'hub.repository.read', resource, basis: 'test' },
        worker,
      ),
    );
    const job = await running.compute.handlers.submitJob(input, rival);
    expect(await running.ended(job.id)).toMatchObject({ state: 'done', ownerId: 'party_vendor' });
  });

  test('hosts tell what they are', async () => {
    const { items } = await running.compute.handlers.listPools({}, worker);
    expect(items[0]?.hosts[0]).toMatchObject({ isolation: 'webassembly', slots: 2 });
    const environments = await running.compute.handlers.listEnvironments({}, nobody);
    expect(environments.items.map(({ name }) => name)).toEqual(['javascript']);
  });

  describe('when hosts fail', () => {
    const lostClaim = async (jobId: string, hostId: string) => {
      const past = new Date(Date.now() - 60_000);
      await sql`
        update compute_jobs set state = 'running', attempt = attempt + 1, host_id = ${hostId},
          lease_until = ${past}, started_at = ${past} where id = ${jobId}`.execute(db.read);
      const row = await store.readJob(db.read, jobId);
      if (!row) throw new Error('no job');
      return row;
    };
    /** Queued while nothing runs, and begun by a host that then says no more. */
    const lost = async (times: number) => {
      await running.stop();
      const jobId = await submit(await specOf(honestProgram));
      for (let time = 1; time < times; time += 1) {
        await lostClaim(jobId, `host_${time}`);
        await sql`update compute_jobs set state = 'waiting' where id = ${jobId}`.execute(db.read);
      }
      const row = await lostClaim(jobId, `host_${times}`);
      return row;
    };
    const restart = async () => {
      running = await startCompute(kernel);
    };

    test('a lost job is begun again, and what the lost host still brings counts for nothing', async () => {
      const row = await lost(1);
      await restart();
      const job = await running.ended(row.id);
      expect(job).toMatchObject({ state: 'done', attempt: 2 });
      const options = testOptions('/tmp/touyan-compute-late');
      const endJob = createEndJob(ownMetrics(kernel));
      const host = await createIsolationService(options, kernel)();
      await attemptJob(options, { kernel, endJob, host }, row, new AbortController().signal);
      expect(await finishes(row.id)).toHaveLength(1);
      expect(await running.compute.readJob(row.id)).toEqual(job);
    });

    test('after a number of losses it fails', async () => {
      const row = await lost(3);
      await restart();
      expect(await running.ended(row.id)).toMatchObject({ state: 'failed', reason: 'host_lost' });
      expect(await finishes(row.id)).toHaveLength(1);
    });

    test('a server that stops gives its jobs back as they were', async () => {
      const jobId = await submit(await specOf('for (;;);'));
      while ((await running.compute.readJob(jobId))?.state !== 'running') {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await running.stop();
      expect(await running.compute.readJob(jobId)).toMatchObject({ state: 'waiting', attempt: 0 });
      await restart();
      await running.compute.handlers.stopJob({ jobId }, worker);
      expect(await running.ended(jobId)).toMatchObject({ state: 'stopped' });
    });

    test('who has nothing running comes first', async () => {
      await running.stop();
      const order: string[] = [];
      const mine = [
        await submit(await specOf(honestProgram)),
        await submit(await specOf(honestProgram)),
      ];
      const theirs = await submit(await specOf(honestProgram, { ownerId: 'party_vendor' }));
      for (let turn = 0; turn < 3; turn += 1) {
        const now = new Date();
        const claim = {
          hostId: 'host_9',
          environments: ['javascript'],
          now,
          leaseUntil: now,
          aliveSince: now,
        };
        const row = await db.transaction((tx) => store.claimJob(tx, claim));
        order.push(row?.id ?? '');
      }
      expect(order).toEqual([mine[0], theirs, mine[1]]);
      await restart();
      for (const id of order) expect(await running.ended(id)).toMatchObject({ state: 'done' });
    });
  });
});
