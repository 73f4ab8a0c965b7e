import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, nobody } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { createHub, type Hub, hubSource } from './index.ts';
import { testOptions } from './testing.ts';

const words = (text: string) => ({ zh: text, en: '' });

describe.each(testDatabases())('the hub on $engine', ({ open }) => {
  let db: Database;
  let kernel: Kernel;
  let close: () => Promise<void>;
  let hub: Hub;
  const port = callAs('party_worker', { administratorOf: 'party_port' });
  const vendor = callAs('party_coder', { memberOf: 'party_vendor' });
  const operator = callAs('party_operator', { roles: ['operator'] });
  const auditor = callAs('party_auditor', { roles: ['auditor'] });
  let names = 0;

  beforeAll(async () => {
    db = await open();
    ({ kernel, close } = await openTestKernel(db, { sources: [hubSource], blobs: true }));
    hub = createHub(testOptions, { kernel });
    await db.transaction(async (tx) => {
      for (const id of ['party_port', 'party_vendor', 'party_worker']) {
        await kernel.access.register(tx, { type: 'party', id, owner: id, audience: 'members' });
      }
    });
  });
  afterAll(async () => {
    await close();
    await db.close();
  });

  const create = (more: object = {}) => {
    names += 1;
    return hub.handlers.createRepository(
      {
        ownerId: 'party_port',
        kind: 'dataset',
        name: `data-${names}`,
        audience: 'owner',
        title: words('港口传感器数据'),
        summary: words(''),
        licence: 'CC-BY-4.0',
        tags: ['sensor'],
        sector: null,
        task: null,
        ...more,
      },
      port,
    );
  };
  const upload = async (repositoryId: string, text: string, call = port) =>
    (await hub.storeFile({ repositoryId, source: Buffer.from(text) }, call)).digest;
  const publish = async (
    repositoryId: string,
    files: Record<string, string>,
    more: { message?: string; parent?: string | null; key?: string } = {},
  ) => {
    const list = [];
    for (const [path, text] of Object.entries(files)) {
      list.push({ path, digest: await upload(repositoryId, text) });
    }
    const input = { repositoryId, files: list, message: '', ...more };
    return hub.handlers.publishRevision(input, port);
  };
  const factKinds = async (subject: string) =>
    (await kernel.facts.about(subject, { limit: 20 })).map((fact) => fact.kind).reverse();

  it('publishes immutable revisions, each fact and number in its place', async () => {
    const { id } = await create();
    const first = await publish(id, {
      'README.md': '---\nlicense: mit\n---\n# 说明',
      'a.csv': 'x\n1',
    });
    expect(first).toMatchObject({ created: true, revision: { number: 1, filesCount: 2 } });
    const second = await publish(id, { 'a.csv': 'x\n2', 'model.pkl': '\x80\x04' });
    expect(second.revision).toMatchObject({
      number: 2,
      parentDigest: first.revision.revisionDigest,
      cautionsCount: 1,
    });
    const { revisionDigest } = second.revision;
    const detail = await hub.handlers.getRepository({ repositoryId: id }, port);
    expect(detail).toMatchObject({ headDigest: revisionDigest, revisionsCount: 2 });
    expect(detail.may).toEqual({ write: true, manage: true, readFiles: true });
    const old = await hub.handlers.getRevision(
      { repositoryId: id, revisionDigest: first.revision.revisionDigest },
      port,
    );
    expect(old.card).toMatchObject({ metadata: { license: 'mit' }, text: '# 说明' });
    const list = await hub.handlers.listRevisions({ repositoryId: id, limit: 1 }, port);
    expect(list).toMatchObject({ total: 2, items: [{ number: 2 }] });
    const rest = await hub.handlers.listRevisions(
      { repositoryId: id, limit: 1, cursor: list.nextCursor! },
      port,
    );
    expect(rest).toMatchObject({ items: [{ number: 1 }], nextCursor: null });
    const difference = await hub.handlers.compareRevisions(
      { repositoryId: id, revisionDigest },
      port,
    );
    expect(difference).toMatchObject({ addedCount: 1, removedCount: 1, changedCount: 1 });
    expect(await factKinds(id)).toEqual([
      'hub.repository_created',
      'hub.revision_published',
      'hub.revision_published',
    ]);
  });

  it('takes a repeated publication for the same revision, by digest and by key', async () => {
    const { id } = await create();
    const once = await publish(id, { a: '1' }, { key: 'k1', parent: null });
    const again = await publish(id, { a: '1' }, { key: 'k1', parent: null });
    expect(again).toEqual({ revision: once.revision, created: false });
    await expect(publish(id, { a: '2' }, { key: 'k1' })).rejects.toMatchObject({
      code: 'hub.key_used',
    });
    await expect(publish(id, { a: '2' }, { parent: null })).rejects.toMatchObject({
      code: 'hub.head_moved',
      data: { head: once.revision.revisionDigest },
    });
    expect(await factKinds(id)).toHaveLength(2);
  });

  it('gives concurrent publishers each its number, and one the race for a parent', async () => {
    const { id } = await create();
    const digests = await Promise.all(['1', '2', '3', '4'].map((text) => upload(id, text)));
    const tries = digests.map((digest) =>
      hub.handlers.publishRevision(
        { repositoryId: id, files: [{ path: 'a', digest }], message: '', parent: null },
        port,
      ),
    );
    const settled = await Promise.allSettled(tries);
    expect(settled.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    const free = digests.map((digest) =>
      hub.handlers.publishRevision(
        { repositoryId: id, files: [{ path: 'b', digest }], message: '' },
        port,
      ),
    );
    const numbers = (await Promise.all(free)).map((each) => each.revision.number);
    expect(numbers.sort()).toEqual([2, 3, 4, 5]);
  });

  it('publishes no bytes that the publisher did not upload here', async () => {
    const hidden = await create();
    const digest = await upload(hidden.id, 'hidden labels');
    const { id } = await create({ audience: 'public' });
    const files = [{ path: 'stolen.csv', digest }];
    const stolen = hub.handlers.publishRevision({ repositoryId: id, files, message: '' }, port);
    await expect(stolen).rejects.toMatchObject({ code: 'hub.files_not_uploaded' });
  });

  it('refuses bad paths, pointers, cards and sizes, and says which', async () => {
    const { id } = await create();
    const refused = (files: Record<string, string>) => expect(publish(id, files)).rejects;
    await refused({ 'a/b': '1', a: '2' }).toMatchObject({ code: 'hub.paths_refused' });
    await refused({ big: 'version https://git-lfs.github.com/spec/v1\n' }).toMatchObject({
      code: 'hub.pointer_file',
    });
    await refused({ 'README.md': '---\nlicense: mit\ntags: a: b\n---\n' }).toMatchObject({
      code: 'hub.card_invalid',
      message: expect.stringContaining('line 3'),
    });
    await refused({ 'README.md': `# ${'x'.repeat(20_000)}` }).toMatchObject({
      code: 'kernel.too_large',
    });
    await expect(upload(id, 'x'.repeat(1_000_001))).rejects.toMatchObject({
      code: 'kernel.too_large',
    });
    const many = Object.fromEntries(['1', '2', '3'].map((name) => [name, name.repeat(900_000)]));
    await refused(many).toMatchObject({ code: 'hub.revision_too_large' });
    await expect(upload(id, 'y'.repeat(400_000))).rejects.toMatchObject({
      code: 'hub.uploads_full',
    });
  });

  it('shows a private dataset to its owner only: not to vendors, operators or auditors', async () => {
    const { id } = await create();
    const { revision } = await publish(id, { 'labels.csv': 'flag\n1' });
    const { revisionDigest } = revision;
    for (const call of [vendor, operator, auditor]) {
      const get = hub.handlers.getRepository({ repositoryId: id }, call);
      await expect(get, call.principal.id).rejects.toMatchObject({ code: 'kernel.missing' });
      const read = hub.readRevision({ revisionDigest }, call);
      await expect(read).rejects.toMatchObject({ code: 'kernel.missing' });
      const list = await hub.handlers.listRepositories(listing, call);
      expect(list.items.map((item) => item.id)).not.toContain(id);
    }
    await expect(hub.handlers.getRepository({ repositoryId: id }, nobody)).rejects.toMatchObject({
      code: 'kernel.not_signed_in',
    });
    expect((await hub.readRevision({ revisionDigest }, port)).files).toMatchObject([
      { path: 'labels.csv', sizeBytes: 6 },
    ]);
  });

  it('lets a job use what no person may read, by a grant', async () => {
    const { id } = await create();
    const { revision } = await publish(id, { 'hidden.csv': 'a' });
    const { revisionDigest } = revision;
    const resource = { type: 'hub.repository', id };
    await db.transaction((tx) =>
      kernel.access.grant(
        tx,
        { subject: 'party_coder', action: 'hub.repository.use', resource, basis: 'call_1' },
        port,
      ),
    );
    const forJob = { repositoryId: id, revisionDigest, purpose: 'job' } as const;
    expect((await hub.readRevision(forJob, vendor)).repositoryId).toBe(id);
    await expect(hub.readRevision({ revisionDigest }, vendor)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
  });

  const listing = { state: 'active', sort: 'updated', limit: 100 } as const;

  it('lists by words, kind, owner and tag, in order, page by page', async () => {
    const made = [];
    for (const name of ['zeta-tool', 'alpha-tool', 'mid-tool']) {
      const more = {
        kind: 'program',
        audience: 'public',
        name,
        tags: ['列表'],
        title: words(name),
      };
      made.push(await create(more));
    }
    const filter = { ...listing, kind: 'program', tag: '列表', sort: 'name', limit: 2 } as const;
    const first = await hub.handlers.listRepositories(filter, nobody);
    expect(first.total).toBe(3);
    expect(first.items.map((item) => item.name)).toEqual(['alpha-tool', 'mid-tool']);
    const second = await hub.handlers.listRepositories(
      { ...filter, cursor: first.nextCursor! },
      nobody,
    );
    expect(second.items.map((item) => item.name)).toEqual(['zeta-tool']);
    const found = await hub.handlers.listRepositories({ ...listing, q: 'ALPHA' }, nobody);
    expect(found.items.map((item) => item.id)).toEqual([made[1]!.id]);
    const none = await hub.handlers.listRepositories({ ...listing, q: '100%_' }, nobody);
    expect(none.total).toBe(0);
    const newest = await hub.handlers.listRepositories({ ...listing, limit: 1 }, nobody);
    const next = await hub.handlers.listRepositories(
      { ...listing, limit: 1, cursor: newest.nextCursor! },
      nobody,
    );
    expect([newest.items[0]!.id, next.items[0]!.id]).toEqual([made[2]!.id, made[1]!.id]);
  });

  it('changes descriptions and audiences, and refuses changes while archived', async () => {
    const { id } = await create();
    const described = await hub.handlers.describeRepository(
      { repositoryId: id, summary: words('一句话'), tags: ['a', 'a'] },
      port,
    );
    expect(described).toMatchObject({
      tags: ['a'],
      summary: { zh: '一句话' },
      licence: 'CC-BY-4.0',
    });
    await hub.handlers.setAudience({ repositoryId: id, audience: 'public' }, port);
    expect(await hub.handlers.getRepository({ repositoryId: id }, nobody)).toMatchObject({
      may: { write: false, manage: false },
    });
    await hub.handlers.archiveRepository({ repositoryId: id }, port);
    await expect(upload(id, 'x')).rejects.toMatchObject({ code: 'hub.repository_closed' });
    const change = hub.handlers.describeRepository({ repositoryId: id, tags: [] }, port);
    await expect(change).rejects.toMatchObject({ code: 'hub.repository_closed' });
    await hub.handlers.unarchiveRepository({ repositoryId: id }, port);
    await publish(id, { a: '1' });
    expect(await factKinds(id)).toEqual([
      'hub.repository_created',
      'hub.repository_described',
      'hub.audience_changed',
      'hub.repository_archived',
      'hub.repository_unarchived',
      'hub.revision_published',
    ]);
    const foreign = hub.handlers.setAudience({ repositoryId: id, audience: 'owner' }, vendor);
    await expect(foreign).rejects.toMatchObject({ code: 'kernel.denied' });
  });

  it('hands a repository over, with nothing left to the former owner', async () => {
    const { id, name } = await create();
    const both = callAs('party_worker', {
      memberships: [
        { organisation: 'party_port', role: 'administrator' },
        { organisation: 'party_vendor', role: 'member' },
      ],
    });
    const input = { repositoryId: id, newOwnerId: 'party_vendor' };
    await expect(hub.handlers.transferRepository(input, port)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    const moved = await hub.handlers.transferRepository(input, both);
    expect(moved).toMatchObject({ ownerId: 'party_vendor', name });
    await expect(hub.handlers.getRepository({ repositoryId: id }, port)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    expect(await hub.handlers.getRepository({ repositoryId: id }, vendor)).toMatchObject({ id });
  });

  it('creates for nobody else, and no name twice', async () => {
    const foreign = create({ ownerId: 'party_vendor' });
    await expect(foreign).rejects.toMatchObject({ code: 'kernel.missing' });
    await create({ name: 'twice' });
    await expect(create({ name: 'twice' })).rejects.toMatchObject({ code: 'hub.name_taken' });
    await expect(create({ title: words('  ') })).rejects.toMatchObject({ code: 'hub.title_empty' });
  });

  it('knows which objects are in use, and forgets unpublished ones in time', async () => {
    const { id } = await create();
    const { revision } = await publish(id, { kept: 'kept forever' });
    const waiting = await upload(id, 'never published');
    const [file] = (
      await hub.handlers.listFiles(
        { repositoryId: id, revisionDigest: revision.revisionDigest, under: '', limit: 10 },
        port,
      )
    ).items;
    const all = [file!.digest, waiting, `sha256:${'0'.repeat(64)}`];
    expect(await hub.blobsInUse(all)).toEqual(new Set([file!.digest, waiting]));
    await sql`update hub_uploads set uploaded_at = uploaded_at - interval '8 days'`.execute(
      db.read,
    );
    const stop = new AbortController();
    const running = hub.services[0]!.run(stop.signal);
    await expect
      .poll(() => hub.blobsInUse(all), { timeout: 5_000 })
      .toEqual(new Set([file!.digest]));
    stop.abort();
    await running;
  });

  it('reads itself out for the search', async () => {
    const { id } = await create({ title: words('可搜索'), audience: 'public' });
    await publish(id, { 'README.md': '# 桥梁监测' });
    const entry = await hub.searchEntries.read(id, db.read);
    expect(entry).toMatchObject({ id, title: { zh: '可搜索' }, href: `/hub/${id}` });
    expect(entry?.text).toContain('桥梁监测');
    const all = [];
    for await (const each of hub.searchEntries.readAll()) all.push(each.id);
    expect(all).toContain(id);
    await hub.handlers.archiveRepository({ repositoryId: id }, port);
    expect(await hub.searchEntries.read(id, db.read)).toBeNull();
  });
});
