import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, checked } from '#kernel/testing-calls.ts';
import { openTestKernel, runSubscribers } from '#kernel/testing-kernel.ts';
import { hubContract } from '../contract.ts';
import { createHub, type Hub, hubSource } from '../index.ts';
import { testOptions } from '../testing.ts';
import * as findings from './findings-store.ts';
import { bytesOf, onnxOf, pickles } from './inspect-testing.ts';

/** Every file that is published is inspected, and what was found stands wherever the file is shown. */
describe.each(testDatabases())('findings on $engine', ({ open }) => {
  let db: Database;
  let kernel: Kernel;
  let hub: Hub;
  let handlers: Hub['handlers'];
  let running: ReturnType<typeof runSubscribers>;
  let close: () => Promise<void>;
  const port = callAs('party_worker', { administratorOf: 'party_port' });
  const stranger = callAs('party_coder', { memberOf: 'party_vendor' });
  let names = 0;

  beforeAll(async () => {
    db = await open();
    const opened = await openTestKernel(db, { sources: [hubSource], blobs: true, ledger: true });
    ({ kernel, close } = opened);
    hub = createHub(testOptions, { kernel });
    handlers = checked(hubContract.operations, hub.handlers);
    running = runSubscribers(kernel, hub.subscriptions, hub.services);
    await db.transaction((tx) =>
      kernel.access.register(tx, {
        ...{ type: 'party', id: 'party_port', owner: 'party_port', audience: 'members' },
      }),
    );
  });
  afterAll(async () => {
    await running.stop();
    await close();
    await db.close();
  });

  const publish = async (files: Record<string, Buffer>, repositoryId?: string) => {
    names += 1;
    const id =
      repositoryId ??
      (
        await handlers.createRepository(
          {
            ...{ ownerId: 'party_port', kind: 'algorithm', name: `model-${names}` },
            ...{ audience: 'members', title: { zh: '模型', en: '' }, summary: { zh: '', en: '' } },
            ...{ licence: '', tags: [], sector: null, task: null },
          },
          port,
        )
      ).id;
    const list = [];
    for (const [path, source] of Object.entries(files)) {
      const { digest } = await hub.storeFile({ repositoryId: id, source }, port);
      list.push({ path, digest });
    }
    const input = { repositoryId: id, files: list, message: '' };
    const { revision } = await handlers.publishRevision(input, port);
    return revision;
  };
  const read = (revision: { repositoryId: string; revisionDigest: string }) => {
    const { repositoryId, revisionDigest } = revision;
    return handlers.getRevision({ repositoryId, revisionDigest }, port);
  };
  const inspected = async (revision: { repositoryId: string; revisionDigest: string }) => {
    await running.settle();
    await expect
      .poll(async () => (await read(revision)).findings.waitingCount, { timeout: 20_000 })
      .toBe(0);
    return (await read(revision)).findings;
  };

  it('stand on the revision, its files and the list of repositories', async () => {
    const revision = await publish({
      'model.onnx': onnxOf(),
      'weights.safetensors': bytesOf(pickles.calling('os', 'system')),
      'drawing.svg': bytesOf('<svg onload="x()"></svg>'),
      'notes.txt': Buffer.from('说明'),
    });
    expect((await read(revision)).findings).toMatchObject({ state: 'waiting', waitingCount: 4 });
    expect(await inspected(revision)).toEqual({
      ...{ state: 'danger', dangerCount: 1, warningCount: 1, failedCount: 0, waitingCount: 0 },
    });
    const { repositoryId, revisionDigest } = revision;
    const files = await handlers.listFiles(
      { repositoryId, revisionDigest, under: '', limit: 10 },
      stranger,
    );
    expect(
      files.items.map(({ path, inspection }) => [path, inspection.format, inspection.state]),
    ).toEqual([
      ['drawing.svg', 'svg', 'warning'],
      ['model.onnx', 'onnx', 'clean'],
      ['notes.txt', 'text', 'clean'],
      ['weights.safetensors', 'pickle', 'danger'],
    ]);
    const page = { state: 'active', sort: 'updated', limit: 10 } as const;
    expect((await handlers.listRepositories(page, port)).items[0]).toMatchObject({ danger: true });
    const model = await handlers.getFileInspection(
      { repositoryId, revisionDigest, path: 'model.onnx' },
      stranger,
    );
    expect(model).toMatchObject({ state: 'clean', description: { kind: 'onnx', nodesCount: 1 } });
    const path = 'no-such';
    const missing = handlers.getFileInspection({ repositoryId, revisionDigest, path }, port);
    await expect(missing).rejects.toMatchObject({ code: 'hub.file_missing' });
    // The next revision without the file has no danger, and the one before keeps it.
    const next = await publish({ 'model.onnx': onnxOf() }, repositoryId);
    expect(await inspected(next)).toMatchObject({ state: 'clean' });
    expect((await handlers.listRepositories(page, port)).items[0]).toMatchObject({ danger: false });
    expect((await read(revision)).findings.state).toBe('danger');
  });

  it('are found once for a content and kind of name, however often it is published', async () => {
    const source = bytesOf(pickles.weights());
    const first = await publish({ 'a.pkl': source, 'b/c.PKL': source });
    await inspected(first);
    const second = await publish({ 'other.pkl': source, 'other.safetensors': source });
    expect(await inspected(second)).toMatchObject({ dangerCount: 1, warningCount: 1 });
    const digest = (await handlers.listFiles({ ...first, under: '', limit: 1 }, port)).items[0]!
      .digest;
    const rows = await findings.readInspections(db.read, [digest]);
    expect(rows.map(({ extension }) => extension).sort()).toEqual(['pkl', 'safetensors']);
    const before = rows.find(({ extension }) => extension === 'pkl')!.inspected_at;
    await running.replay('hub.inspectFiles');
    const after = await findings.readInspection(db.read, digest, 'pkl');
    expect(after?.inspected_at).toEqual(before);
  });

  it('come out again where a server was killed in the middle, and end after three of them', async () => {
    const revision = await publish({ 'c.txt': Buffer.from('killed') });
    await inspected(revision);
    const { items } = await handlers.listFiles({ ...revision, under: '', limit: 1 }, port);
    const digest = items[0]!.digest;
    const put = (attempts: number) =>
      db.transaction(async (tx) => {
        await sql`update hub_inspections set state = 'waiting', attempts = ${attempts},
          claimed_until = now() - interval '1 second' where digest = ${digest}`.execute(tx);
        await sql`update hub_revision_findings set stale = true`.execute(tx);
      });
    const wake = async (text: string) => inspected(await publish({ 'e.txt': Buffer.from(text) }));
    await put(1);
    await wake('once');
    const state = async () => (await findings.readInspection(db.read, digest, 'txt'))?.state;
    await expect.poll(state, { timeout: 20_000 }).toBe('clean');
    await put(3);
    await wake('twice');
    await expect.poll(state, { timeout: 20_000 }).toBe('failed');
  });

  it('are asked for again by a new inspector', async () => {
    const revision = await publish({ 'd.txt': Buffer.from('again') });
    await inspected(revision);
    const { items } = await handlers.listFiles({ ...revision, under: '', limit: 1 }, port);
    const { digest } = items[0]!;
    await db.transaction(async (tx) => {
      await sql`update hub_inspections set inspector = 0 where digest = ${digest}`.execute(tx);
      expect(await findings.askAgain(tx, 1, new Date())).toBe(1);
    });
    expect(await inspected(revision)).toMatchObject({ state: 'clean' });
  });

  it('stand in the header of the file', async () => {
    const revision = await publish({ 'e.pkl': bytesOf(pickles.onStack('os', 'system')) });
    const door = hub.doors.find(({ name }) => name === 'headFile')!;
    const { repositoryId, revisionDigest } = revision;
    const params = { repositoryId, revision: revisionDigest, '*': 'e.pkl' };
    const request = { raw: { headers: {} }, params } as unknown as Parameters<
      typeof door.handle
    >[0];
    await inspected(revision);
    expect(await door.handle(request, stranger)).toMatchObject({
      headers: { 'x-touyan-findings': 'danger; pickle_code; pickle_import' },
    });
  });
});
