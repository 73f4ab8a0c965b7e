import { expect, it } from 'vitest';
import { programOf } from './program-entry.ts';

const revision = (...paths: string[]) => ({
  repositoryId: 'r',
  revisionDigest: 'd',
  files: paths.map((path) => ({ path, digest: 'x', sizeBytes: 1 })),
});

it('finds the one usual file, or takes the named one, and guesses nothing', () => {
  expect(programOf(revision('main.py', 'x.py'), undefined)).toEqual({
    ...{ repositoryId: 'r', revisionDigest: 'd', entry: 'main.py', environment: 'python' },
    files: [
      { path: 'main.py', digest: 'x' },
      { path: 'x.py', digest: 'x' },
    ],
  });
  expect(programOf(revision('main.py', 'main.mjs'), 'main.mjs').environment).toBe('javascript');
  for (const [paths, named] of [
    [['x.py'], undefined],
    [['main.py', 'main.mjs'], undefined],
    [['main.py'], 'other.py'],
    [['run.sh'], 'run.sh'],
    [['lib/main.py'], undefined],
  ] as const) {
    expect(() => programOf(revision(...paths), named)).toThrow('Which file to run is unclear');
  }
});
