import { expect, it } from 'vitest';
import { treeOf } from './hf/tree.ts';
import { EMPTY_DIGEST, refNameProblem } from './refs.ts';
import { revisionDigestOf } from './revision-digest.ts';

it('names the revision of no files as any other', async () => {
  expect(EMPTY_DIGEST).toBe(await revisionDigestOf([]));
});

it.each(['v1.0', 'trial/2', 'feature_x', 'release+1', 'a'])('takes the name %s', (name) => {
  expect(refNameProblem(name)).toBeNull();
});

it.each([
  ...['', '-x', '.x', 'a..b', 'a//b', 'a/', 'a/.b', 'a.lock', 'x'.repeat(101), '分支', 'a b'],
  ...['HEAD', 'head', 'refs/heads/x', '0'.repeat(40), 'ab'.repeat(32), 'a\u0000'],
])('refuses the name %j', (name) => {
  expect(refNameProblem(name)).toEqual(expect.any(String));
});

it('shows a folder once, and what is right in it', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const files = ['b/c/1', 'b/c/2', 'b/d', 'a'].map((path) => ({ path, digest, sizeBytes: 1 }));
  const paths = (under: string, recursive: boolean) =>
    treeOf(files, under, recursive).map(({ type, path }) => `${type} ${path}`);
  expect(paths('', false)).toEqual(['file a', 'directory b']);
  expect(paths('b', false)).toEqual(['directory b/c', 'file b/d']);
  expect(paths('', true)).toEqual([
    ...['file a', 'directory b', 'directory b/c', 'file b/c/1', 'file b/c/2', 'file b/d'],
  ]);
});
