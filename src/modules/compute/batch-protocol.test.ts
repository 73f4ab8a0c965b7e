import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutputTaker } from './batch-protocol.ts';

function withFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'touyan-batch-test-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const takerOf = (outputFolder: string, bytesMax: number) =>
  createOutputTaker(
    { kind: 'batch', inputs: {}, outputs: [{ name: 'a', bytesMax }], outputFolder },
    () => {},
  );

const frame = (name: string, bytes: Buffer) =>
  Buffer.concat([
    Buffer.from(`${JSON.stringify({ write: { name, bytes: bytes.length } })}\n`),
    bytes,
  ]);

test('however the bytes arrive, an output is what was written, in order', () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 });
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 40 }), (written, chunk) => {
      withFolder((folder) => {
        const taker = takerOf(folder, 1_000);
        const frames = written.map((bytes) => frame('a', Buffer.from(bytes)));
        const sent = Buffer.concat([
          Buffer.from('{"harness":"batch"}\n'),
          ...frames,
          Buffer.from('{"done":true}\n'),
        ]);
        let end = null;
        for (let at = 0; at < sent.length && !end; at += chunk) {
          end = taker.take(sent.subarray(at, at + chunk));
        }
        expect(end?.reason).toBe(written.length > 0 ? 'completed' : 'output_missing');
        const content = Buffer.concat(written);
        for (const output of taker.outputs()) {
          expect(readFileSync(output.path)).toEqual(content);
          expect(output.sizeBytes).toBe(content.length);
        }
        taker.close(false);
        expect(readdirSync(folder)).toEqual([]);
      });
    }),
    { numRuns: 60 },
  );
});

test('a frame that would pass the bound is refused before a byte of it is written', () => {
  withFolder((folder) => {
    const taker = takerOf(folder, 10);
    expect(taker.take(frame('a', Buffer.alloc(10)))).toBeNull();
    expect(taker.take(Buffer.from('{"write":{"name":"a","bytes":1}}\n'))?.reason).toBe(
      'output_too_large',
    );
    taker.close(false);
  });
});

test.each([
  ['{"prediction":{"flag":0}}\n', 'protocol_error'],
  ['{"write":{"name":"b","bytes":1}}\n', 'output_refused'],
  [`${'x'.repeat(20_000)}`, 'protocol_error'],
  ['{"done":true}\n', 'output_missing'],
])('%s ends in %s', (line, reason) => {
  withFolder((folder) => {
    expect(takerOf(folder, 10).take(Buffer.from(line))?.reason).toBe(reason);
  });
});
