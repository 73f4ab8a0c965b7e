import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TreeFile, type TreeNode, treeOf } from './file-tree.ts';

const file = (path: string, sizeBytes = 1): TreeFile => ({ path, sizeBytes });

const pathsOf = (nodes: readonly TreeNode<TreeFile>[]): string[] =>
  nodes.flatMap((node) => (node.kind === 'file' ? [node.file.path] : pathsOf(node.children)));

test('folders stand before files and know what they hold', () => {
  const tree = treeOf([file('z.md', 5), file('a/b/c.csv', 7), file('a/d.csv', 2)]);
  expect(tree).toMatchObject([
    { kind: 'folder', name: 'a', filesCount: 2, sizeBytes: 9 },
    { kind: 'file', name: 'z.md' },
  ]);
});

test('no file is lost or doubled', () => {
  const segment = fc.stringMatching(/^[a-z]{1,3}$/);
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.uniqueArray(path), (paths) => {
      expect(pathsOf(treeOf(paths.map((each) => file(each)))).sort()).toEqual([...paths].sort());
    }),
  );
});
