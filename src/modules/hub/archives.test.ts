import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { type ArchiveEntry, tarOf, tarSize } from './archive-tar.ts';
import { zipOf, zipSize } from './archive-zip.ts';

const run = promisify(execFile);
const files: Record<string, Uint8Array> = {
  'repo/README.md': Buffer.from('# 说明'),
  'repo/empty': Buffer.alloc(0),
  'repo/数据/传感器.csv': Buffer.from('a,b\n1,2\n'),
  [`repo/${'long-name/'.repeat(20)}file.bin`]: Buffer.alloc(1000, 7),
  'repo/block.bin': Buffer.alloc(512, 1),
};
const entries = Object.entries(files).map(
  ([path, bytes]): ArchiveEntry => ({
    path,
    sizeBytes: bytes.length,
    async *read() {
      yield bytes.subarray(0, 3);
      yield bytes.subarray(3);
    },
  }),
);

async function collect(parts: AsyncIterable<Uint8Array>) {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

describe('archives', () => {
  it('are a tar that tar unpacks to the same files, as long as announced', async () => {
    const bytes = await collect(tarOf(entries));
    expect(bytes.length).toBe(tarSize(entries));
    expect(await collect(tarOf(entries))).toEqual(bytes);
    const folder = await mkdtemp(join(tmpdir(), 'touyan-tar-'));
    try {
      await writeFile(join(folder, 'all.tar'), bytes);
      await mkdir(join(folder, 'out'));
      const flags = ['--warning=no-timestamp', '-C', join(folder, 'out')];
      await run('tar', ['-xf', join(folder, 'all.tar'), ...flags]);
      for (const [path, expected] of Object.entries(files)) {
        expect(await readFile(join(folder, 'out', path))).toEqual(Buffer.from(expected));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are a zip that unzips to the same files, as long as announced', async () => {
    const bytes = await collect(zipOf(entries));
    expect(bytes.length).toBe(zipSize(entries));
    const unpacked = unzipSync(bytes);
    expect(Object.keys(unpacked).sort()).toEqual(Object.keys(files).sort());
    for (const [path, expected] of Object.entries(files)) {
      expect(Buffer.from(unpacked[path]!)).toEqual(Buffer.from(expected));
    }
  });
});
