import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import type { DoorReply, DoorRequest } from '#kernel/door.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, nobody } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { createHub, type Hub, hubSource } from '../index.ts';
import { testOptions } from '../testing.ts';

/** Files of a gated repository reach those who were let in, and nobody by any other way. */
describe.each(testDatabases())('a gated repository on $engine', ({ open }) => {
  let db: Database;
  let kernel: Kernel;
  let close: () => Promise<void>;
  let hub: Hub;
  let repositoryId: string;
  let revisionDigest: string;
  const notices: string[] = [];
  const owner = callAs('party_worker', { administratorOf: 'party_port' });
  const coder = callAs('party_coder');
  const auditor = callAs('party_auditor', { roles: ['auditor'] });
  const operator = callAs('party_operator', { roles: ['operator'] });
  const answers = { 'I agree': true };

  beforeAll(async () => {
    db = await open();
    ({ kernel, close } = await openTestKernel(db, { sources: [hubSource], blobs: true }));
    const known = new Map([['party_coder', 'coder']]);
    hub = createHub(testOptions, {
      kernel,
      parties: { address: 'http://x', handles: async () => known, byHandle: async () => null },
      notify: async (_tx, { kind, to, body }) => void notices.push(`${kind} ${to} ${body.en}`),
    });
    await db.transaction(async (tx) => {
      for (const id of ['party_port', 'party_worker']) {
        await kernel.access.register(tx, { type: 'party', id, owner: id, audience: 'members' });
      }
    });
    const made = await hub.handlers.createRepository(
      {
        ...{ ownerId: 'party_port', kind: 'dataset', name: 'tides', audience: 'public' },
        ...{ title: { zh: '潮汐', en: 'Tides' }, summary: { zh: '', en: '' }, licence: '' },
        ...{ tags: [], sector: null, task: null },
      },
      owner,
    );
    repositoryId = made.id;
    const card = '---\nextra_gated_fields:\n  I agree: checkbox\n---\n# Tides';
    const files = [];
    for (const [path, text] of [
      ['README.md', card],
      ['tides.csv', 'secretColumn\n1'],
    ] as const) {
      const source = Buffer.from(text);
      files.push({ path, digest: (await hub.storeFile({ repositoryId, source }, owner)).digest });
    }
    const published = await hub.handlers.publishRevision(
      { repositoryId, files, message: '' },
      owner,
    );
    revisionDigest = published.revision.revisionDigest;
    await hub.handlers.setGate({ repositoryId, gated: 'manual' }, owner);
  });
  afterAll(async () => {
    await close();
    await db.close();
  });

  const enter = async (name: string, params: Record<string, string>, call: Call) => {
    const door = hub.doors.find((each) => each.name === name)!;
    const raw = Object.assign(Readable.from([]), { headers: {} }) as unknown as IncomingMessage;
    const request = { raw, params, query: new URLSearchParams() } as unknown as DoorRequest;
    return (await door.handle(request, call)) as Exclude<DoorReply, { streaming: true }>;
  };
  const hf = { namespace: 'party_port', name: 'tides', revision: 'main', '*': 'tides.csv' };
  const own = () => ({ repositoryId, revision: 'head', '*': 'tides.csv' });
  /** Every way to the bytes: all open, or all refused in the same words. */
  const ways = (call: Call): (() => Promise<unknown>)[] => [
    ...['downloadFile', 'headFile', 'downloadZip', 'downloadTar'].map(
      (name) => () => enter(name, own(), call),
    ),
    () => enter('downloadFile', { ...own(), revision: revisionDigest }, call),
    ...['hfDatasetResolve', 'hfDatasetResolveHead', 'hfDatasetRaw', 'hfDatasetAuthCheck'].map(
      (name) => () => enter(name, hf, call),
    ),
    () => hub.readRevision({ repositoryId, revisionDigest, purpose: 'job' }, call),
  ];
  const refused = async (call: Call) => {
    for (const way of ways(call)) {
      const code = call === nobody ? /access_needed|missing/ : /access_needed/;
      await expect(way()).rejects.toMatchObject({ code: expect.stringMatching(code) });
    }
  };
  const opened = async (call: Call) => {
    for (const way of ways(call)) await way();
  };
  const request = async () => {
    const { items } = await hub.handlers.listAccessRequests({ repositoryId, limit: 9 }, owner);
    return items[0]!;
  };
  const decide = async (state: 'accepted' | 'rejected' | 'pending', reason = '') => {
    const { requestId } = await request();
    await hub.handlers.decideAccessRequest({ repositoryId, requestId, state, reason }, owner);
  };

  it('shows what it is to everybody, and gives its files to the people of its owner only', async () => {
    await opened(owner);
    for (const call of [nobody, coder, auditor, operator]) await refused(call);
    const seen = await hub.handlers.getRepository({ repositoryId }, nobody);
    expect(seen).toMatchObject({ gated: 'manual', may: { readFiles: false } });
    expect(seen.gate?.form.fields).toEqual([{ name: 'I agree', type: 'checkbox', options: [] }]);
    const document = await enter('croissant', { repositoryId }, coder);
    expect(String(document.body)).toContain('tides.csv');
    expect(String(document.body)).not.toContain('secretColumn');
    expect(String((await enter('croissant', { repositoryId }, owner)).body)).toContain(
      'secretColumn',
    );
    expect((await enter('hfDatasetResolve', hf, owner)).headers).toMatchObject({
      'cache-control': 'no-cache',
    });
    const commit = { ...hf, revision: revisionDigest };
    expect((await enter('hfDatasetResolve', commit, owner)).headers).toMatchObject({
      'cache-control': 'private, no-cache',
    });
  });

  it('opens to who was accepted, and closes at once when that is taken back', async () => {
    const asking = { repositoryId, answers };
    await expect(hub.handlers.askAccess({ repositoryId, answers: {} }, coder)).rejects.toThrow(
      'I agree',
    );
    const first = await hub.handlers.askAccess(asking, coder);
    expect(first).toMatchObject({ state: 'pending' });
    expect(await hub.handlers.askAccess(asking, coder)).toEqual(first);
    await refused(coder);
    expect(notices).toHaveLength(1);
    await expect(
      hub.handlers.listAccessRequests({ repositoryId, limit: 9 }, coder),
    ).rejects.toMatchObject({ code: 'kernel.denied' });
    await decide('accepted');
    await decide('accepted');
    await opened(coder);
    await decide('pending');
    await refused(coder);
    await decide('rejected', 'no tides here');
    await refused(coder);
    expect(await hub.handlers.askAccess(asking, coder)).toMatchObject({
      ...{ state: 'rejected', reason: 'no tides here' },
    });
    await hub.handlers.grantAccess({ repositoryId, party: 'party_coder' }, owner);
    await opened(coder);
    expect(notices.map((notice) => notice.split(' ').slice(0, 2).join(' '))).toEqual([
      'hub.access_asked party_port',
      ...Array.from({ length: 4 }, () => 'hub.access_decided party_coder'),
    ]);
    const kinds = (await kernel.facts.about(repositoryId, { limit: 20 })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'hub.access_decided')).toHaveLength(4);
  });

  it('opens by itself where it is set so, and ends every access with its owner', async () => {
    await decide('pending');
    await hub.handlers.setGate({ repositoryId, gated: 'auto' }, owner);
    await refused(coder);
    expect(await hub.handlers.askAccess({ repositoryId, answers }, coder)).toMatchObject({
      state: 'accepted',
    });
    await opened(coder);
    await expect(hub.handlers.askAccess({ repositoryId, answers }, owner)).rejects.toMatchObject({
      code: 'hub.access_held',
    });
    await hub.handlers.transferRepository({ repositoryId, newOwnerId: 'party_worker' }, owner);
    const refusal = enter('downloadFile', own(), coder);
    await expect(refusal).rejects.toMatchObject({ code: 'hub.access_needed' });
    expect((await hub.handlers.listAccessRequests({ repositoryId, limit: 9 }, owner)).total).toBe(
      0,
    );
    await hub.handlers.setGate({ repositoryId, gated: false }, owner);
    await enter('downloadFile', own(), nobody);
    await expect(hub.handlers.askAccess({ repositoryId, answers }, coder)).rejects.toMatchObject({
      code: 'hub.not_gated',
    });
  });
});
