import { expect, test } from 'vitest';
import { withoutCommonFolder } from './picked-files.ts';

const pathsOf = (...paths: string[]) =>
  withoutCommonFolder(paths.map((path) => ({ path }))).map(({ path }) => path);

test('a chosen folder is the root of the revision', () => {
  expect(pathsOf('model/README.md', 'model/src/a.py')).toEqual(['README.md', 'src/a.py']);
});

test('only one folder is taken away, and only where all stand in it', () => {
  expect(pathsOf('a/b/c.txt')).toEqual(['b/c.txt']);
  expect(pathsOf('a/x.txt', 'b/y.txt')).toEqual(['a/x.txt', 'b/y.txt']);
  expect(pathsOf('README.md', 'a/x.txt')).toEqual(['README.md', 'a/x.txt']);
  expect(pathsOf()).toEqual([]);
});
