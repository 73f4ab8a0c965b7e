import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./testing-hf-process.ts', import.meta.url));
const timeout = 120_000;
let child: ChildProcess | null = null;
let folder = '';
let address = '';
let key = '';

async function start(first = '') {
  child = spawn(process.execPath, [script, folder, first], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout! }), 'line');
  const said = JSON.parse(line);
  address = said.address;
  key = said.key ?? key;
  return said.namespace as string;
}

async function kill() {
  child?.kill('SIGKILL');
  if (child) await once(child, 'close');
}

const ask = async (method: string, path: string, body?: string | Uint8Array) => {
  const headers = { authorization: `Bearer ${key}` };
  const given = body === undefined ? {} : { body: body as string };
  const answer = await fetch(address + path, { method, headers, ...given });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
};

/** Sends the first half of a body, and leaves the server waiting for the rest. */
function sendHalf(method: string, path: string, body: Uint8Array) {
  const headers = { authorization: `Bearer ${key}`, 'content-length': body.length };
  const sending = request(address + path, { method, headers });
  sending.on('error', () => undefined);
  return new Promise<void>((sent) =>
    sending.write(body.subarray(0, body.length / 2), () => sent()),
  );
}

/** A server on an empty folder with one repository, which it names. */
async function begin() {
  folder = await mkdtemp(join(tmpdir(), 'touyan-hub-kill-'));
  const namespace = await start('first');
  const body = JSON.stringify({ name: 'killed', organization: namespace });
  await ask('POST', '/api/repos/create', body);
  return `${namespace}/killed`;
}

afterEach(async () => {
  await kill();
  await rm(folder, { recursive: true, force: true });
});

it('keeps no half of an upload or commit that a kill cut off, and loses none that was acknowledged', {
  timeout,
}, async () => {
  const repo = await begin();
  const bytes = randomBytes(4_000_000);
  const oid = createHash('sha256').update(bytes).digest('hex');
  const batch = () =>
    ask(
      'POST',
      `/${repo}.git/info/lfs/objects/batch`,
      JSON.stringify({ operation: 'upload', objects: [{ oid, size: bytes.length }] }),
    );
  const before = (await ask('GET', `/api/models/${repo}`)).body;
  const { href } = (await batch()).body.objects[0].actions.upload;
  const ticket = new URL(href).pathname;
  const content = bytes.toString('base64');
  const lines = [
    { key: 'header', value: { summary: 'cut off' } },
    { key: 'file', value: { path: 'small', content: 'QUJD', encoding: 'base64' } },
    { key: 'file', value: { path: 'large', content, encoding: 'base64' } },
  ].map((line) => JSON.stringify(line));
  await sendHalf('PUT', ticket, bytes);
  await sendHalf('POST', `/api/models/${repo}/commit/main`, Buffer.from(lines.join('\n')));
  await kill();

  await start();
  expect((await ask('GET', `/api/models/${repo}`)).body).toEqual(before);
  expect((await batch()).body.objects[0].actions).toBeDefined();
  expect((await ask('PUT', ticket, bytes)).status).toBe(200);
  await kill();

  await start();
  expect((await batch()).body.objects[0].actions).toBeUndefined();
  const large = { key: 'lfsFile', value: { path: 'large', oid, size: bytes.length } };
  const commit = [lines[0], JSON.stringify(large)].join('\n');
  const done = await ask('POST', `/api/models/${repo}/commit/main`, commit);
  const again = await ask('POST', `/api/models/${repo}/commit/main`, commit);
  expect([done.status, again.body.commitOid]).toEqual([200, done.body.commitOid]);
  const file = await fetch(`${address}/${repo}/resolve/main/large`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
});

it('has a commit whole or not at all, at whatever instant the server is killed', {
  timeout,
}, async () => {
  const repo = await begin();
  let before = (await ask('GET', `/api/models/${repo}`)).body;
  for (const delayMs of [10, 60]) {
    const files = ['one', 'two', 'three'].map((path) => ({
      key: 'file',
      value: { path, content: randomBytes(20_000).toString('base64'), encoding: 'base64' },
    }));
    const header = { key: 'header', value: { summary: `after ${delayMs} ms` } };
    const commit = [header, ...files].map((line) => JSON.stringify(line)).join('\n');
    const sending = ask('POST', `/api/models/${repo}/commit/main`, commit).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await kill();
    const acknowledged = await sending;
    await start();
    const after = (await ask('GET', `/api/models/${repo}`)).body;
    if (acknowledged?.status === 200) expect(after.sha).toBe(acknowledged.body.commitOid);
    if (after.sha === before.sha) expect(after).toEqual(before);
    const done = await ask('POST', `/api/models/${repo}/commit/main`, commit);
    expect(done.status).toBe(200);
    if (after.sha !== before.sha) expect(done.body.commitOid).toBe(after.sha);
    for (const { value } of files) {
      const got = await fetch(`${address}/${repo}/resolve/main/${value.path}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      expect(Buffer.from(await got.arrayBuffer()).toString('base64')).toBe(value.content);
    }
    before = (await ask('GET', `/api/models/${repo}`)).body;
  }
});
