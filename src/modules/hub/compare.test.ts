import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFiles } from './compare.ts';

const file = (path: string, digest: string, sizeBytes = 1) => ({ path, digest, sizeBytes });

describe('the difference of two revisions', () => {
  it('tells added, removed, changed and renamed files apart', () => {
    const before = [file('a', 'A'), file('b', 'B', 5), file('c', 'C')];
    const after = [file('a', 'A2', 2), file('renamed/b', 'B', 5), file('d', 'D')];
    expect(compareFiles(before, after)).toMatchObject({
      added: [{ path: 'd' }],
      removed: [{ path: 'c' }],
      changed: [{ path: 'a', digest: 'A2', digestBefore: 'A' }],
      renamed: [{ path: 'renamed/b', pathBefore: 'b' }],
      sizeBytesChange: 1,
    });
  });

  it('leads from the one to the other', () => {
    const files = fc.uniqueArray(
      fc.record({
        path: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        digest: fc.constantFrom('X', 'Y'),
      }),
      { selector: (each) => each.path },
    );
    const property = fc.property(files, files, (from, to) => {
      const before = from.map((each) => file(each.path, each.digest));
      const after = to.map((each) => file(each.path, each.digest));
      const { added, removed, changed, renamed } = compareFiles(before, after);
      const result = new Map(before.map((each) => [each.path, each.digest]));
      for (const { path } of removed) expect(result.delete(path)).toBe(true);
      for (const { pathBefore } of renamed) expect(result.delete(pathBefore)).toBe(true);
      for (const { path, digest } of [...added, ...changed, ...renamed]) result.set(path, digest);
      expect(result).toEqual(new Map(after.map((each) => [each.path, each.digest])));
    });
    fc.assert(property);
  });
});
