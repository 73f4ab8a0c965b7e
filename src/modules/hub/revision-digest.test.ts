import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { revisionDigestOf } from './revision-digest.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const file = (path: string, letter: string, sizeBytes: number) => ({
  path,
  digest: digest(letter),
  sizeBytes,
});

it('is the SHA-256 of the canonical list, as anybody can compute it', async () => {
  const text = `{"files":[{"digest":"${digest('a')}","path":"b.py","sizeBytes":3},{"digest":"${digest('b')}","path":"数据.csv","sizeBytes":0}]}`;
  const expected = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const files = [file('数据.csv', 'b', 0), file('b.py', 'a', 3)];
  expect(await revisionDigestOf(files)).toBe(expected);
});

it('depends on every path, digest and size, and not on the order', async () => {
  const files = fc.uniqueArray(
    fc.record({
      path: fc.string({ minLength: 1, unit: 'grapheme' }).filter((path) => path.isWellFormed()),
      letter: fc.constantFrom('a', 'b', 'c'),
      sizeBytes: fc.nat(),
    }),
    { minLength: 1, maxLength: 5, selector: (each) => each.path },
  );
  const property = fc.asyncProperty(files, fc.nat(4), async (list, index) => {
    const made = list.map((each) => file(each.path, each.letter, each.sizeBytes));
    const digestOf = await revisionDigestOf(made);
    expect(await revisionDigestOf([...made].reverse())).toBe(digestOf);
    const at = index % made.length;
    const changed = made.map((each, place) =>
      place === at ? { ...each, sizeBytes: each.sizeBytes + 1 } : each,
    );
    expect(await revisionDigestOf(changed)).not.toBe(digestOf);
  });
  await fc.assert(property, { numRuns: 50 });
});
