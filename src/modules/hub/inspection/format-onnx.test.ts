import { expect, it } from 'vitest';
import { sumAndDifference, tenBands } from '#kernel/testing-onnx.ts';
import { description } from './findings-entities.ts';
import { describeOnnx, looksLikeOnnx } from './format-onnx.ts';
import { bytesSource } from './format-source.ts';
import { inspectFile } from './inspect-file.ts';
import { onnxOf, testLimits } from './inspect-testing.ts';

const describeBytes = (bytes: Buffer) => describeOnnx(bytesSource(bytes));

it('describes what a model takes, gives and is made of', () => {
  // Real models are compared with what the package onnx reads in them: format-onnx.python.test.ts.
  expect(describeBytes(tenBands())).toEqual({
    findings: [],
    description: {
      ...{ kind: 'onnx', irVersion: 8, producer: 'touyan-test', nodesCount: 2 },
      opsets: [{ domain: 'ai.onnx', version: 17 }],
      inputs: [{ name: 'Input3', dtype: 'float32', shape: [1, 1, 28, 28] }],
      outputs: [{ name: 'Plus214_Output_0', dtype: 'float32', shape: [1, 10] }],
      operators: [
        { domain: 'ai.onnx', name: 'Flatten', count: 1 },
        { domain: 'ai.onnx', name: 'MatMul', count: 1 },
      ],
      ...{ parametersCount: 7_840, parametersBytes: 31_360, functionsCount: 0 },
      ...{ externalFiles: [], customDomains: [], metadata: [] },
    },
  });
  expect(describeBytes(sumAndDifference()).description).toMatchObject({
    inputs: [{ name: 'INPUT0', dtype: 'int32', shape: ['rows', 16] }, { name: 'INPUT1' }],
  });
});

it('names external files, and finds those that lead out of the folder', () => {
  const beside = describeBytes(onnxOf({ location: 'weights/model.bin' }));
  expect(beside).toMatchObject({
    findings: [],
    description: { externalFiles: ['weights/model.bin'], parametersCount: 3 },
  });
  for (const location of ['../../etc/passwd', '/etc/passwd', 'C:\\x', 'a/..\\..\\b', '~/.ssh/id']) {
    const findings = [{ code: 'external_path_escape', details: [location] }];
    expect(describeBytes(onnxOf({ location })).findings).toEqual(findings);
  }
});

it('finds operators that are not of ONNX, at any depth, and refuses to go down for ever', async () => {
  const custom = describeBytes(onnxOf({ operator: 'Spy', domain: 'com.evil', depth: 3 }));
  expect(custom).toMatchObject({
    findings: [{ code: 'custom_operators', details: ['com.evil:Spy'] }],
    description: { nodesCount: 4, customDomains: ['com.evil'] },
  });
  const deep = bytesSource(onnxOf({ depth: 60 }));
  expect((await inspectFile(deep, 'onnx', testLimits)).findings).toMatchObject([
    { code: 'too_complex' },
  ]);
});

/** Mulberry32, so that a failure can be repeated. */
function random(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutated(original: Buffer, seed: number): Buffer {
  const next = random(seed);
  const bytes = Buffer.from(original);
  const place = () => Math.floor(next() * Math.min(bytes.length, 4_000));
  for (let count = 1 + Math.floor(next() * 8); count > 0; count -= 1) {
    bytes[place()] = Math.floor(next() * 256);
  }
  if (next() < 0.25) return bytes.subarray(0, place());
  if (next() < 0.25) return Buffer.concat([bytes.subarray(0, place()), bytes.subarray(place())]);
  return bytes;
}

it('gives 400 malformed models a typed outcome each, in bounded memory', async () => {
  const models = [sumAndDifference(), tenBands()];
  const outcomes = new Map<string, number>();
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  for (let seed = 0; seed < 400; seed += 1) {
    const bytes = mutated(models[seed % 2]!, seed);
    const found = await inspectFile(bytesSource(bytes), 'onnx', testLimits);
    if (found.description) description.parse(found.description);
    const codes = found.findings.map(({ code }) => code).join(' ') || 'clean';
    outcomes.set(codes, (outcomes.get(codes) ?? 0) + 1);
    expect(found.format === 'onnx' || codes.includes('name_mismatch')).toBe(true);
  }
  expect(outcomes.get('malformed')).toBeGreaterThan(20);
  expect(outcomes.get('name_mismatch')).toBeGreaterThan(20);
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});

it('takes nothing else for a model', () => {
  const others = ['', '{"ir_version": 8}', '\x08\x08\x12\x04spox', '\x08\x03:\x00'];
  expect(others.map((text) => looksLikeOnnx(bytesSource(Buffer.from(text, 'latin1'))))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});
