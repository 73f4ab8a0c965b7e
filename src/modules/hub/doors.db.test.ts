import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import type { Door, DoorReply, DoorRequest } from '#kernel/door.ts';
import type { Call } from '#kernel/principal.ts';
import { callAs, nobody } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { createHub, type Hub, hubSource } from './index.ts';
import { testOptions } from './testing.ts';

/** What the doors themselves answer; the server around them is tested with the kernel. */
describe('the doors of the hub', () => {
  let db: Database;
  let close: () => Promise<void>;
  let hub: Hub;
  let repositoryId: string;
  const owner = callAs('party_worker', { administratorOf: 'party_port' });
  const page = '<script>alert(1)</script>';

  const enter = async (
    name: string,
    params: Record<string, string>,
    more: { headers?: Record<string, string>; body?: string; call?: Call } = {},
  ) => {
    const door: Door = hub.doors.find((each) => each.name === name)!;
    const raw = Object.assign(Readable.from([Buffer.from(more.body ?? '')]), {
      headers: more.headers ?? {},
    });
    const request = { raw: raw as unknown as IncomingMessage, params } as unknown as DoorRequest;
    const reply = await door.handle(request, more.call ?? owner);
    return reply as Exclude<DoorReply, { streaming: true }>;
  };
  const collect = async (reply: { body?: string | Uint8Array | AsyncIterable<Uint8Array> }) => {
    const all: Uint8Array[] = [];
    for await (const part of reply.body as AsyncIterable<Uint8Array>) all.push(part);
    return Buffer.concat(all);
  };
  const upload = async (body: string, digest = 'any', call = owner) =>
    JSON.parse(
      String((await enter('uploadFile', { repositoryId, digest }, { body, call })).body),
    ) as { digest: string; sizeBytes: number };
  const file = (path: string, more: { headers?: Record<string, string>; call?: Call } = {}) =>
    enter('downloadFile', { repositoryId, revision: 'head', '*': path }, more);

  beforeAll(async () => {
    db = openDatabase({ engine: 'pglite', folder: null });
    const opened = await openTestKernel(db, { sources: [hubSource], blobs: true });
    close = opened.close;
    hub = createHub(testOptions, { kernel: opened.kernel });
    await db.transaction((tx) =>
      opened.kernel.access.register(tx, {
        ...{ type: 'party', id: 'party_port', owner: 'party_port', audience: 'members' },
      }),
    );
    const made = await hub.handlers.createRepository(
      {
        ...{ ownerId: 'party_port', kind: 'program', name: 'scorer', audience: 'members' },
        ...{ title: { zh: '评分程序', en: '' }, summary: { zh: '', en: '' }, licence: '' },
        ...{ tags: [], sector: null, task: null },
      },
      owner,
    );
    repositoryId = made.id;
    const files = [];
    for (const [path, body] of Object.entries({
      '文档/页面.html': page,
      'data.csv': '0123456789',
    })) {
      files.push({ path, digest: (await upload(body)).digest });
    }
    await hub.handlers.publishRevision({ repositoryId, files, message: '' }, owner);
  });
  afterAll(async () => {
    await close();
    await db.close();
  });

  it('take a file, and refuse one that is not what was announced', async () => {
    const { digest, sizeBytes } = await upload('abc');
    expect([digest.length, sizeBytes]).toEqual([71, 3]);
    expect(await upload('abc', digest)).toEqual({ digest, sizeBytes });
    await expect(upload('abd', digest)).rejects.toMatchObject({ code: 'kernel.blob_mismatch' });
    await expect(upload('abd', '../x')).rejects.toMatchObject({ code: 'kernel.invalid_input' });
    await expect(upload('x', 'any', nobody)).rejects.toMatchObject({
      category: 'unauthenticated',
    });
    const outsider = callAs('party_coder', { memberOf: 'party_vendor' });
    await expect(upload('x', 'any', outsider)).rejects.toMatchObject({ category: 'denied' });
  });

  it('give a file as an attachment that no browser runs', async () => {
    const reply = await file('文档/页面.html');
    expect(String(await collect(reply))).toBe(page);
    expect(reply.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-length': String(page.length),
      'content-disposition': `attachment; filename="__.html"; filename*=UTF-8''${encodeURIComponent('页面.html')}`,
    });
    await expect(file('no-such')).rejects.toMatchObject({ code: 'hub.file_missing' });
    await expect(file('data.csv', { call: nobody })).rejects.toMatchObject({
      code: 'kernel.not_signed_in',
    });
  });

  it('give parts, and nothing where the reader has it already', async () => {
    const part = await file('data.csv', { headers: { range: 'bytes=2-4' } });
    expect(part.status).toBe(206);
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' });
    expect(String(await collect(part))).toBe('234');
    const etag = part.headers?.etag ?? '';
    expect((await file('data.csv', { headers: { 'if-none-match': `W/${etag}` } })).status).toBe(
      304,
    );
    expect((await file('data.csv', { headers: { range: 'bytes=10-' } })).status).toBe(416);
    const stale = { range: 'bytes=2-4', 'if-range': '"sha256:other"' };
    expect((await file('data.csv', { headers: stale })).status).toBe(200);
    const head = await enter('headFile', { repositoryId, revision: 'head', '*': 'data.csv' });
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '10', etag } });
    expect(head.body).toBeUndefined();
  });

  it('give a whole revision as one archive', async () => {
    const zip = await enter('downloadZip', { repositoryId, revision: 'head' });
    const bytes = await collect(zip);
    expect(zip.headers?.['content-length']).toBe(String(bytes.length));
    expect(Object.keys(unzipSync(bytes))).toEqual(['scorer/data.csv', 'scorer/文档/页面.html']);
    const tar = await enter('downloadTar', { repositoryId, revision: 'head' });
    expect((await collect(tar)).length).toBe(Number(tar.headers?.['content-length']));
    const wrong = enter('downloadTar', { repositoryId, revision: `sha256:${'0'.repeat(64)}` });
    await expect(wrong).rejects.toMatchObject({ code: 'hub.revision_missing' });
  });
});
