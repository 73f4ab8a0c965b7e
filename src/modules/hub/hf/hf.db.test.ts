import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { serveHub } from './testing-hf.ts';

/** What clients cannot show: both databases, races, headers to the letter, and requests that no client sends. */
describe.each(testDatabases())('the Hub API on $engine', ({ open }) => {
  let db: Database;
  let hub: Awaited<ReturnType<typeof serveHub>>;
  let ada: Awaited<ReturnType<typeof hub.person>>;
  let bob: typeof ada;
  let repo: string;

  type Asked = { key?: string; body?: string | Uint8Array; headers?: Record<string, string> };
  const ask = (method: string, path: string, { key, body, headers = {} }: Asked = {}) =>
    fetch(path.startsWith('http') ? path : hub.address + path, {
      method,
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
      ...(body === undefined ? {} : { body: body as string }),
    });
  const json = async (method: string, path: string, asked: Asked = {}) => {
    const answer = await ask(method, path, { key: ada.key, ...asked });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  const lines = (...all: [string, object][]) =>
    [['header', { summary: 'change' }] as const, ...all]
      .map(([key, value]) => JSON.stringify({ key, value }))
      .join('\n');
  const file = (path: string, text: string): [string, object] => [
    'file',
    { path, encoding: 'base64', content: Buffer.from(text).toString('base64') },
  ];
  const commit = (body: string, branch = 'main') =>
    json('POST', `/api/models/${repo}/commit/${branch}`, { body });
  const create = async (name: string, visibility = 'private', person = ada) => {
    const body = JSON.stringify({ name, organization: person.namespace, visibility });
    const made = await json('POST', '/api/repos/create', { body, key: person.key });
    expect(made.status).toBe(200);
    return `${person.namespace}/${name}`;
  };
  const batchOf = (of: string, oid: string, size: number, key = ada.key) =>
    json('POST', `/${of}.git/info/lfs/objects/batch`, {
      key,
      body: JSON.stringify({ operation: 'upload', objects: [{ oid, size }] }),
    });

  beforeAll(async () => {
    db = await open();
    hub = await serveHub(db);
    [ada, bob] = [await hub.person('ada'), await hub.person('bob')];
    repo = await create('one');
  });
  afterAll(async () => {
    await hub.close();
    await db.close();
  });

  it('names owners by handle and by id', async () => {
    await commit(lines(file('a.txt', 'a')));
    const byId = await json('GET', `/api/models/${ada.organisationId}/one`);
    expect(byId.body.id).toBe(repo);
    expect(byId.body.siblings).toEqual([{ rfilename: 'a.txt' }]);
    const partyId = ada.organisationId;
    await hub.parties.handlers.setHandle({ partyId, handle: 'ada-labs' }, ada.call);
    repo = 'ada-labs/one';
    expect((await json('GET', `/api/models/${repo}`)).body.id).toBe(repo);
    expect((await json('GET', '/api/models/ada-works/one')).status).toBe(404);
    const taken = hub.parties.handlers.setHandle(
      { partyId: bob.organisationId, handle: 'ada-labs' },
      bob.call,
    );
    await expect(taken).rejects.toMatchObject({ code: 'parties.handle_taken' });
    ada.namespace = 'ada-labs';
  });

  it('serves a file with the headers that clients ask for', async () => {
    const { body } = await commit(lines(file('文 件.bin', '0123456789'), file('empty', '')));
    const digest = createHash('sha256').update('0123456789').digest('hex');
    const path = `/${repo}/resolve/main/${encodeURIComponent('文 件.bin')}`;
    const head = await ask('HEAD', path, { key: ada.key });
    expect(Object.fromEntries(head.headers)).toMatchObject({
      ...{ 'x-repo-commit': body.commitOid, etag: `"${digest}"`, 'x-linked-etag': `"${digest}"` },
      ...{ 'content-length': '10', 'x-linked-size': '10', 'accept-ranges': 'bytes' },
    });
    const part = await ask('GET', path, { key: ada.key, headers: { range: 'bytes=3-5' } });
    expect([part.status, await part.text()]).toEqual([206, '345']);
    const past = await ask('GET', path, { key: ada.key, headers: { range: 'bytes=10-' } });
    expect(past.status).toBe(416);
    const empty = await ask('GET', `/${repo}/resolve/main/empty`, {
      ...{ key: ada.key, headers: { range: 'bytes=0-0' } },
    });
    expect([empty.status, empty.headers.get('content-range')]).toEqual([200, 'bytes */0']);
    for (const revision of [body.commitOid, 'HEAD', 'refs%2Fheads%2Fmain']) {
      const named = await ask('HEAD', path.replace('main', revision), { key: ada.key });
      expect(named.headers.get('x-repo-commit'), revision).toBe(body.commitOid);
    }
  });

  it('says what is missing in the very codes of the Hub', async () => {
    const codeOf = async (path: string, key?: string) => {
      const answer = await ask('GET', path, key ? { key } : {});
      return [answer.status, answer.headers.get('x-error-code')];
    };
    const none = '0'.repeat(40);
    expect(await codeOf(`/${repo}/resolve/main/none`, ada.key)).toEqual([404, 'EntryNotFound']);
    expect(await codeOf(`/api/models/${repo}/revision/${none}`, ada.key)).toEqual([
      ...[404, 'RevisionNotFound'],
    ]);
    for (const key of [undefined, bob.key]) {
      expect(await codeOf(`/api/models/${repo}`, key)).toEqual([404, 'RepoNotFound']);
      expect(await codeOf(`/${repo}/resolve/main/a.txt`, key)).toEqual([404, 'RepoNotFound']);
    }
    expect(await codeOf(`/api/datasets/${repo}`, ada.key)).toEqual([404, 'RepoNotFound']);
    const wrong = await ask('GET', `/api/models/${repo}`, { key: 'hf_wrong' });
    expect(wrong.headers.get('x-error-message')).toBe(
      'Invalid credentials in Authorization header',
    );
  });

  it('gives no byte for a digest: what another repository holds is sent again, and stored once', async () => {
    const bytes = randomBytes(2_000_000);
    const oid = createHash('sha256').update(bytes).digest('hex');
    const first = (await batchOf(repo, oid, bytes.length)).body.objects[0];
    const sent = await ask('PUT', first.actions.upload.href, { body: bytes });
    expect(sent.status).toBe(200);
    const lfs: [string, object] = ['lfsFile', { path: 'big.bin', oid, size: bytes.length }];
    expect((await commit(lines(lfs))).status).toBe(200);
    expect((await batchOf(repo, oid, bytes.length)).body.objects[0].actions).toBeUndefined();

    const other = await create('other', 'private', bob);
    const path = `/api/models/${other}/commit/main`;
    const stolen = await json('POST', path, { key: bob.key, body: lines(lfs) });
    expect([stolen.status, stolen.body.error]).toEqual([
      400,
      expect.stringMatching(/not uploaded/),
    ]);
    const again = (await batchOf(other, oid, bytes.length, bob.key)).body.objects[0];
    const wrong = await ask('PUT', again.actions.upload.href, { body: randomBytes(2_000_000) });
    expect(wrong.status).toBe(400);
    expect((await ask('PUT', again.actions.upload.href, { body: 'short' })).status).toBe(400);
    expect((await ask('PUT', again.actions.upload.href, { body: bytes })).status).toBe(200);
    const kept = await json('POST', path, { key: bob.key, body: lines(lfs) });
    expect(kept.status).toBe(200);
    expect((await hub.kernel.blobs.stat(`sha256:${oid}`))?.sizeBytes).toBe(bytes.length);
  });

  it('lays concurrent commits one upon the other, and refuses one that names a stale parent', async () => {
    const before = (await json('GET', `/api/models/${repo}`)).body.sha;
    const many = await Promise.all(
      Array.from({ length: 4 }, (_, place) => commit(lines(file(`many/${place}`, `${place}`)))),
    );
    expect(many.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const tree = await json('GET', `/api/models/${repo}/tree/main/many`);
    expect(tree.body.map((entry: { path: string }) => entry.path)).toEqual([
      ...['many/0', 'many/1', 'many/2', 'many/3'],
    ]);
    const header = { key: 'header', value: { summary: 'late', parentCommit: before } };
    const late = [JSON.stringify(header), JSON.stringify(tuple(file('late', 'x')))].join('\n');
    expect((await commit(late)).status).toBe(412);
    const commits = await json('GET', `/api/models/${repo}/commits/main?limit=2`);
    expect(commits.body).toHaveLength(2);
    expect(Number(commits.headers.get('x-total-count'))).toBeGreaterThan(5);
    expect(commits.headers.get('link')).toMatch(/^<http:\/\/127.*p=1.*>; rel="next"$/);
  });

  it('keeps a branch apart from the latest, and says each move in the ledger', async () => {
    const at = `/api/models/${repo}`;
    const main = (await json('GET', at)).body.sha;
    await json('POST', `${at}/branch/apart`, { body: '{}' });
    const there = await commit(lines(file('apart', 'x')), 'apart');
    expect((await json('GET', at)).body.sha).toBe(main);
    expect((await json('GET', `${at}/revision/apart`)).body.sha).toBe(there.body.commitOid);
    await commit(lines(['deletedFile', { path: 'apart' }]), 'apart');
    expect((await json('GET', `${at}/revision/apart`)).body.sha).toBe(main);
    const { _id } = (await json('GET', at)).body;
    const kinds = (await hub.kernel.facts.about(_id, { limit: 3 })).map(({ kind }) => kind);
    expect(kinds).toEqual(['hub.ref_moved', 'hub.ref_moved', 'hub.revision_published']);
    expect((await json('DELETE', `${at}/branch/main`)).status).toBe(400);
    expect((await json('DELETE', `${at}/branch/apart`)).status).toBe(200);
  });

  it('pages a list by an absolute link, and shows nobody what is hidden', async () => {
    for (const number of [1, 2, 3]) await create(`open-${number}`, 'public');
    const seen: string[] = [];
    let next: string | null = `${hub.address}/api/models?author=ada-labs&limit=2`;
    while (next !== null) {
      const page = await ask('GET', next);
      for (const { id } of await page.json()) seen.push(id);
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? null;
    }
    expect(seen.sort()).toEqual(['ada-labs/open-1', 'ada-labs/open-2', 'ada-labs/open-3']);
  });

  it('answers 200 malformed bodies with a typed refusal and changes nothing', async () => {
    const at = `/api/models/${repo}`;
    const before = (await json('GET', at)).body;
    const good = lines(file('x', 'content'), [
      'lfsFile',
      { path: 'y', oid: 'a'.repeat(64), size: 3 },
    ]);
    const batch = JSON.stringify({
      operation: 'upload',
      objects: [{ oid: 'a'.repeat(64), size: 3 }],
    });
    const spoil = (text: string) =>
      fc
        .tuple(fc.nat(text.length - 1), fc.nat(12), fc.constantFrom('', '"', '{', '\\', '\n', '0'))
        .map(([place, cut, put]) => text.slice(0, place) + put + text.slice(place + cut + 1));
    const spoiled = fc.oneof(
      spoil(good).map((body) => ['POST', `${at}/commit/main`, body] as const),
      spoil(batch).map((body) => ['POST', `/${repo}.git/info/lfs/objects/batch`, body] as const),
      fc.string().map((body) => ['POST', `${at}/preupload/main`, body] as const),
    );
    for (const [method, path, body] of fc.sample(spoiled, { numRuns: 200, seed: 11 })) {
      const answer = await ask(method, path, { key: ada.key, body });
      const said = `${answer.status} ${await answer.clone().text()} to ${body}`;
      if (answer.status === 200) {
        // Some changes leave a batch call that fits; a commit always names a file that nobody sent.
        expect(path, said).not.toContain('/commit/');
        continue;
      }
      expect([400, 404, 413], said).toContain(answer.status);
      expect(answer.headers.get('x-error-message'), said).toBeTruthy();
    }
    expect((await json('GET', at)).body).toEqual(before);
  });
});

const tuple = ([key, value]: [string, object]) => ({ key, value });
