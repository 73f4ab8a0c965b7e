import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Blobs } from './blobs.ts';
import { openFolderBlobs } from './blobs-folder.ts';
import { systemClock } from './clock.ts';
import { systemRandom } from './ids.ts';

const MIB = 1024 * 1024;
const digestOf = (bytes: Uint8Array) =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const text = (words: string) => Buffer.from(words);
async function* pieces(...parts: Uint8Array[]) {
  yield* parts;
}
async function collect(parts: AsyncIterable<Uint8Array>) {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

describe('blobs in a folder', () => {
  let folder: string;
  let blobs: Blobs;
  const uses = { clock: systemClock, random: systemRandom };
  const leftovers = async () => readdir(join(folder, 'incoming'));
  const age = async (digest: string) => {
    const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(await blobs.path(digest), old, old);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'touyan-blobs-'));
    blobs = await openFolderBlobs({ folder }, uses);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('gives back any bytes, whole and in part, under their digest', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }),
      fc.nat(1300),
      fc.nat(1300),
      async (parts, start, end) => {
        const whole = Buffer.concat(parts);
        const stat = await blobs.put(pieces(...parts), { bytesMax: MIB });
        expect(stat).toEqual({ digest: digestOf(whole), sizeBytes: whole.length });
        expect(await blobs.stat(stat.digest)).toEqual(stat);
        expect(await collect(blobs.get(stat.digest, { verify: true }))).toEqual(whole);
        const part = await collect(blobs.get(stat.digest, { start, end }));
        expect(part).toEqual(whole.subarray(start, Math.max(start, end)));
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it('stores equal bytes once', async () => {
    const digests = await Promise.all(
      Array.from({ length: 8 }, () => blobs.put(text('twice'), { bytesMax: MIB })),
    );
    const { digest } = digests[0]!;
    expect(new Set(digests.map((stat) => stat.digest)).size).toBe(1);
    expect(await readdir(join(await blobs.path(digest), '..'))).toContain(digest.slice(7));
    expect(await leftovers()).toEqual([]);
  });

  it('keeps nothing of what is too large, broken off, or not what was announced', async () => {
    const over = blobs.put(pieces(text('12345'), text('67890')), { bytesMax: 9 });
    await expect(over).rejects.toMatchObject({ code: 'kernel.too_large' });
    const other = blobs.put(text('other'), { bytesMax: 9, expected: digestOf(text('this')) });
    await expect(other).rejects.toMatchObject({ code: 'kernel.blob_mismatch' });
    const broken = blobs.put(
      (async function* () {
        yield text('half');
        throw new Error('the line went dead');
      })(),
      { bytesMax: 9 },
    );
    await expect(broken).rejects.toThrow('the line went dead');
    expect(await leftovers()).toEqual([]);
    expect(await blobs.stat(digestOf(text('half')))).toBeNull();
  });

  it('names what is missing, damaged, too long or no text', async () => {
    const absent = digestOf(text('never stored'));
    await expect(collect(blobs.get(absent))).rejects.toMatchObject({ code: 'kernel.blob_missing' });
    await expect(blobs.path(absent)).rejects.toMatchObject({ code: 'kernel.blob_missing' });
    await expect(collect(blobs.get('sha256:../../etc'))).rejects.toMatchObject({
      code: 'kernel.blob_missing',
    });
    const { digest } = await blobs.put(Buffer.from([0xff, 0xfe]), { bytesMax: 9 });
    await expect(blobs.text(digest, 9)).rejects.toMatchObject({ code: 'kernel.blob_not_text' });
    await expect(blobs.bytes(digest, 1)).rejects.toMatchObject({ code: 'kernel.too_large' });
    await writeFile(await blobs.path(digest), 'changed on disk');
    await expect(collect(blobs.get(digest, { verify: true }))).rejects.toMatchObject({
      code: 'kernel.blob_damaged',
    });
    await blobs.put(Buffer.from([0xff, 0xfe]), { bytesMax: 9 });
    expect(await collect(blobs.get(digest, { verify: true }))).toHaveLength(2);
  });

  it('sweeps only what is old, unused and not put again meanwhile', async () => {
    const put = async (words: string) => (await blobs.put(text(words), { bytesMax: MIB })).digest;
    const [used, unused, fresh, again] = [
      await put('used'),
      await put('unused'),
      await put('fresh'),
      await put('again'),
    ];
    for (const digest of [used, unused, again]) await age(digest);
    const removed = await blobs.sweep(async (digests) => {
      if (digests.includes(again)) await put('again');
      return new Set([used]);
    });
    expect(removed).toBe(1);
    expect(await blobs.stat(unused)).toBeNull();
    for (const digest of [used, fresh, again]) expect(await blobs.stat(digest)).not.toBeNull();
  });

  it('acknowledges only what is synced: first the bytes, then the name', async () => {
    const handle = await open(folder, 'r');
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const { sync } = prototype;
    const seen: boolean[] = [];
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const named = async () => (await blobs.stat(digestOf(text('durable')))) !== null;
    prototype.sync = async function (this: unknown) {
      seen.push(await named());
      if (seen.length === 2) await held;
      return sync.call(this);
    };
    try {
      let acknowledged = false;
      const put = blobs.put(text('durable'), { bytesMax: MIB }).then(() => {
        acknowledged = true;
      });
      await vi.waitFor(() => expect(seen).toEqual([false, true]));
      expect(acknowledged).toBe(false);
      finish();
      await put;
    } finally {
      prototype.sync = sync;
    }
  });

  it('leaves the whole blob or none when it is killed at any step', async () => {
    const { length: before } = await leftovers();
    const bytes = 'killed at a step';
    for (const [call, after, whole] of [
      [1, false, false],
      [1, true, false],
      [2, false, true],
      [2, true, true],
    ] as const) {
      await rm(join(folder, 'sha256', digestOf(text(bytes)).slice(7, 9)), { recursive: true });
      await run(folder, [
        `const handle = await open(${JSON.stringify(folder)}, 'r');`,
        'const prototype = Object.getPrototypeOf(handle); const { sync } = prototype; let calls = 0;',
        "const die = () => process.kill(process.pid, 'SIGKILL');",
        `prototype.sync = async function () { calls += 1; if (calls === ${call} && !${after}) die();`,
        `  await sync.call(this); if (calls === ${call}) die(); };`,
        `await blobs.put(Buffer.from(${JSON.stringify(bytes)}), { bytesMax: 1e6 });`,
        "process.stdout.write('acknowledged\\n');",
      ]).then((output) => expect(output).not.toContain('acknowledged'));
      blobs = await openFolderBlobs({ folder }, uses);
      expect((await blobs.stat(digestOf(text(bytes)))) !== null, `step ${call} ${after}`).toBe(
        whole,
      );
    }
    expect(await leftovers()).toHaveLength(before + 2);
    const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
    for (const name of await leftovers()) await utimes(join(folder, 'incoming', name), old, old);
    await blobs.sweep(async (digests) => new Set(digests));
    expect(await leftovers()).toEqual([]);
  });

  it('holds every acknowledged blob, and no half one, after a kill at any moment', async () => {
    for (const delayMs of [0, 9, 27]) {
      const output = await run(
        folder,
        [
          'for (;;) {',
          '  const stat = await blobs.put(systemRandom(200_000), { bytesMax: 1e6 });',
          "  process.stdout.write(stat.digest + '\\n');",
          '}',
        ],
        20 + delayMs,
      );
      const acknowledged = output.split('\n').filter((line) => line.length === 71);
      for (const digest of acknowledged) {
        expect(digestOf(await readFile(await blobs.path(digest)))).toBe(digest);
      }
    }
    const shards = await readdir(join(folder, 'sha256'));
    for (const shard of shards) {
      for (const hex of await readdir(join(folder, 'sha256', shard))) {
        const bytes = await readFile(join(folder, 'sha256', shard, hex));
        expect(digestOf(bytes)).toBe(`sha256:${hex}`);
      }
    }
  });
});

/** Runs a program on the same folder in another process, and kills it so long after its first output. */
async function run(folder: string, lines: string[], killAfterMs?: number): Promise<string> {
  const module = (name: string) => JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
  const program = [
    "import { open } from 'node:fs/promises';",
    `import { openFolderBlobs } from ${module('blobs-folder')};`,
    `import { systemClock } from ${module('clock')};`,
    `import { systemRandom } from ${module('ids')};`,
    `const blobs = await openFolderBlobs({ folder: ${JSON.stringify(folder)} },`,
    '  { clock: systemClock, random: systemRandom });',
    "process.stdout.write('ready\\n');",
    ...lines,
  ];
  const child = spawn(process.execPath, ['--input-type=module', '-e', program.join('\n')]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    if (output === '' && killAfterMs !== undefined) {
      setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    }
    output += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return output;
}
