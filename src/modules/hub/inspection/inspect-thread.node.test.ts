import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ggufOf, onnxOf, safetensorsOf, testLimits } from './inspect-testing.ts';
import { openInspectThread } from './inspect-thread.ts';

/** Whatever a file does to the parsers ends their thread at most, and the next file is inspected. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touyan-inspect-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function request(name: string, bytes: Buffer) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const extension = name.split('.').at(-1) ?? '';
  return { path, sizeBytes: bytes.length, extension, limits: testLimits };
}

it('inspects one file after the other, and one that is not there ends with a reason', async () => {
  const thread = openInspectThread({ secondsMax: 10, memoryMib: 64 });
  const model = await request('a.onnx', onnxOf());
  expect(await thread.inspect(model)).toMatchObject({ format: 'onnx', findings: [] });
  expect(await thread.inspect({ ...model, path: join(folder, 'none') })).toBe('inspection_ended');
  expect(await thread.inspect(model)).toMatchObject({ format: 'onnx' });
  await thread.stop();
  expect(await thread.inspect(model)).toBe('inspection_ended');
});

it('ends what fills its heap, without an effect on the server', async () => {
  const thread = openInspectThread({ secondsMax: 20, memoryMib: 32 });
  // 3 MB of header that becomes some 800,000 objects.
  const header = { a: Array.from({ length: 800_000 }, () => ({})) };
  const hungry = await request('big.safetensors', safetensorsOf(header, 0));
  const before = process.memoryUsage().rss;
  expect(await thread.inspect(hungry)).toBe('out_of_memory');
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  expect(await thread.inspect(await request('a.onnx', onnxOf()))).toMatchObject({ format: 'onnx' });
  await thread.stop();
});

it('ends what takes too long, while the server goes on', async () => {
  const thread = openInspectThread({ secondsMax: 0.3, memoryMib: 256 });
  // A GGUF with a list of twenty million empty names; the file has holes where they stand.
  const head = ggufOf({ names: 0 }, [], 0).subarray(0, 24 + 8 + 5);
  const list = Buffer.alloc(16);
  list.writeUInt32LE(9, 0);
  list.writeUInt32LE(8, 4);
  list.writeUInt32LE(20_000_000, 8);
  const slow = await request('long.gguf', Buffer.concat([head, list]));
  const sizeBytes = 170_000_000;
  await truncate(slow.path, sizeBytes);
  let ticks = 0;
  const clock = setInterval(() => {
    ticks += 1;
  }, 20);
  expect(await thread.inspect({ ...slow, sizeBytes })).toBe('time_out');
  clearInterval(clock);
  expect(ticks).toBeGreaterThan(5);
  await thread.stop();
});
