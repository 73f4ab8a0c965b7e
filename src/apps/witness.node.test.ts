import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bytes, base64Encode, utf8Encode } from '#verify/bytes.ts';
import { formatCheckpoint, parseCheckpoint } from '#verify/checkpoint.ts';
import {
  formatNote,
  parseNote,
  parseNoteKey,
  parseSignatureLine,
  verifyNoteKey,
} from '#verify/note.ts';
import { testConsistency, testLeafHash, testLog, testRoot, testSigner } from '#verify/testing.ts';
import { startWitnessProcess, type WitnessProcess } from './testing-witness.ts';
import { digestOf } from './witness-folder.ts';

// The witness as a process, asked as any log would ask it (https://c2sp.org/tlog-witness).

let folder: string;
let witness: WitnessProcess;
const origin = 'log.example/test';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touyan-witness-'));
  witness = await start();
});
afterAll(async () => {
  await witness.stop();
  await rm(folder, { recursive: true });
});

async function start() {
  return startWitnessProcess({ data: folder, logs: [await testLog.vkey()] });
}

const branch = (name: string, size: number): Bytes[] =>
  Array.from({ length: size }, (_, index) => testLeafHash(utf8Encode(`${name} ${index}`)));
/** A log that is true up to its 20th entry, and another one from there on. */
const forked = (size: number): Bytes[] => [...branch('true', 20), ...branch('false', size - 20)];

async function checkpointOf(leaves: readonly Bytes[], log = testLog, named = origin) {
  const root = testRoot(leaves);
  const text = formatCheckpoint({ origin: named, size: leaves.length, root, extensions: [] });
  return formatNote({ text, signatures: [await log.sign(text)] });
}

async function ask(old: number, proof: readonly Uint8Array[], checkpoint: string) {
  const body = `${[`old ${old}`, ...proof.map(base64Encode)].join('\n')}\n\n${checkpoint}`;
  const response = await fetch(`${witness.address}/add-checkpoint`, { method: 'POST', body });
  const type = response.headers.get('content-type');
  return { status: response.status, body: await response.text(), type };
}

async function grow(old: number, size: number) {
  const leaves = branch('true', size);
  return ask(old, testConsistency(leaves, old), await checkpointOf(leaves));
}

const monitored = async () => {
  const response = await fetch(`${witness.address}/${digestOf(origin)}/checkpoint`);
  return response.status === 200 ? response.text() : response.status;
};
const evidence = () => readdir(join(folder, 'refused'));

describe('a witness', () => {
  test('keeps its key to itself and knows nothing at first', async () => {
    expect((await stat(join(folder, 'witness-key'))).mode & 0o777).toBe(0o600);
    expect(await monitored()).toBe(404);
    expect((await fetch(`${witness.address}/elsewhere`)).status).toBe(404);
  });

  test('cosigns a log that grows, with the time, and shows the last checkpoint', async () => {
    for (const [old, size] of [
      [0, 3],
      [3, 3],
      [3, 20],
      [20, 30],
    ] as const) {
      const before = Math.floor(Date.now() / 1000);
      const { status, body } = await grow(old, size);
      expect(status).toBe(200);
      const note = parseNote(await checkpointOf(branch('true', size)));
      const signatures = [parseSignatureLine(body.trimEnd())];
      const key = await parseNoteKey(witness.vkey);
      const verdict = await verifyNoteKey({ text: note.text, signatures }, key);
      expect(verdict.state === 'valid' ? verdict.time : 0).toBeGreaterThanOrEqual(before);
      const shown = await monitored();
      expect(parseCheckpoint(parseNote(String(shown)).text).size).toBe(size);
      expect(parseNote(String(shown)).signatures).toHaveLength(2);
    }
    expect(await evidence()).toEqual([]);
  });

  test('tells a client without state the size that it knows', async () => {
    const leaves = branch('true', 40);
    expect(await ask(0, [], await checkpointOf(leaves))).toEqual({
      status: 409,
      body: '30\n',
      type: 'text/x.tlog.size',
    });
    expect(await evidence()).toEqual([]);
  });

  test('refuses a fork, however it is presented, and keeps the evidence', async () => {
    const same = await checkpointOf(forked(30));
    const larger = forked(40);
    expect((await ask(30, [], same)).status).toBe(422);
    const proofs = [testConsistency(larger, 30), testConsistency(branch('true', 40), 30), []];
    for (const proof of proofs) {
      expect((await ask(30, proof, await checkpointOf(larger))).status).toBe(422);
    }
    expect((await ask(20, testConsistency(forked(30), 20), same)).status).toBe(409);
    expect((await evidence()).length).toBeGreaterThanOrEqual(4);
    expect(parseCheckpoint(parseNote(String(await monitored())).text).size).toBe(30);
  });

  test('refuses to go back', async () => {
    const before = (await evidence()).length;
    expect((await ask(30, [], await checkpointOf(branch('true', 25)))).status).toBe(400);
    expect(await grow(20, 25)).toMatchObject({ status: 409, body: '30\n' });
    expect((await evidence()).length).toBe(before + 1);
  });

  test('answers everything else as the specification says', async () => {
    const leaves = branch('true', 40);
    const good = await checkpointOf(leaves);
    const stranger = testSigner(origin, 7);
    const unsigned = `${parseNote(good).text}\n`;
    const elsewhere = testSigner('other.example', 7);
    expect((await ask(30, [], await checkpointOf(leaves, elsewhere, 'other.example'))).status).toBe(
      404,
    );
    expect((await ask(30, [], await checkpointOf(leaves, stranger))).status).toBe(403);
    expect((await ask(30, [], good.replace('40\n', '41\n'))).status).toBe(403);
    expect((await ask(30, [], unsigned)).status).toBe(400);
    expect((await ask(30, Array(64).fill(new Uint8Array(32)), good)).status).toBe(400);
    expect((await ask(30, [new Uint8Array(31)], good)).status).toBe(400);
    expect((await ask(41, [], good)).status).toBe(400);
    for (const body of ['', 'old x\n\n', `old 030\n\n${good}`, 'x'.repeat(300_000)]) {
      const response = await fetch(`${witness.address}/add-checkpoint`, { method: 'POST', body });
      expect(response.status).toBe(400);
    }
    expect((await fetch(`${witness.address}/add-checkpoint`)).status).toBe(405);
    expect(parseCheckpoint(parseNote(String(await monitored())).text).size).toBe(30);
  });

  test('of many requests at once, one wins; the size never goes back', async () => {
    const answers = await Promise.all([31, 32, 33, 34, 35].map((size) => grow(30, size)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
  });

  test('killed, it remembers what it cosigned and has the same key', async () => {
    const shown = await monitored();
    const { vkey } = witness;
    await witness.kill();
    witness = await start();
    expect(witness.vkey).toBe(vkey);
    expect(await monitored()).toBe(shown);
    const { size } = parseCheckpoint(parseNote(String(shown)).text);
    expect(
      (await ask(size, testConsistency(forked(50), size), await checkpointOf(forked(50)))).status,
    ).toBe(422);
    expect((await grow(size, 50)).status).toBe(200);
  });

  test('a second process on its folder is refused', async () => {
    await expect(start()).rejects.toThrow('is in use by process');
  });

  test('an empty log must be really empty', async () => {
    const other = testSigner('empty.example', 11);
    const own = await mkdtemp(join(tmpdir(), 'touyan-witness-'));
    const running = witness;
    witness = await startWitnessProcess({ data: own, logs: [await other.vkey()] });
    try {
      const text = (root: Bytes) =>
        formatCheckpoint({ origin: 'empty.example', size: 0, root, extensions: [] });
      const send = async (root: Bytes) => {
        const note = { text: text(root), signatures: [await other.sign(text(root))] };
        return (await ask(0, [], formatNote(note))).status;
      };
      expect(await send(new Uint8Array(32))).toBe(422);
      expect(await send(testRoot([]))).toBe(200);
      const grown = branch('x', 2);
      const proof = [new Uint8Array(32)];
      expect((await ask(0, proof, await checkpointOf(grown, other, 'empty.example'))).status).toBe(
        422,
      );
    } finally {
      await witness.stop();
      witness = running;
      await rm(own, { recursive: true });
    }
  });
});
