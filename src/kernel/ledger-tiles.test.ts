import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testConsistency, testInclusion, testLeafHash, testRoot } from '#verify/testing.ts';
import {
  appendLeaves,
  consistencyRanges,
  edgePlaces,
  hashLeaf,
  inclusionRanges,
  nodeHash,
  nodesOf,
  placeOf,
  rangeHash,
  type Tile,
  widthIn,
} from './ledger-tiles.ts';

const entry = (index: number) => new TextEncoder().encode(`entry ${index}`);

/** Keeps tiles as the database would, and reads from nothing else. */
function createTree() {
  const tiles = new Map<string, Tile>();
  const at = ({ level, index }: { level: number; index: number }) => tiles.get(`${level}/${index}`);
  let size = 0;
  const hashOf = (range: readonly [number, number]) =>
    rangeHash(
      nodesOf(...range).map((node) =>
        nodeHash(node, at(placeOf(node))?.hashes ?? new Uint8Array()),
      ),
    );
  return {
    tiles,
    append(count: number) {
      const edge = edgePlaces(size).map((place) => at(place));
      const leaves = Array.from({ length: count }, (_, offset) => hashLeaf(entry(size + offset)));
      const grown = appendLeaves(
        size,
        edge.filter((tile) => tile !== undefined),
        leaves,
      );
      for (const tile of grown.tiles) tiles.set(`${tile.level}/${tile.index}`, tile);
      size = grown.size;
    },
    root: (of = size) => hashOf([0, of]),
    inclusion: (index: number, of = size) => inclusionRanges(index, of).map(hashOf),
    consistency: (older: number, newer = size) => consistencyRanges(older, newer).map(hashOf),
  };
}

const plain = (hashes: readonly Uint8Array[]) =>
  hashes.map((hash) => Buffer.from(hash).toString('hex'));
const leavesOf = (size: number) =>
  Array.from({ length: size }, (_, index) => testLeafHash(new Uint8Array(entry(index))));

describe('tiles', () => {
  test('of 70,000 entries have the shapes of the specification', () => {
    const tree = createTree();
    for (const count of [1, 254, 1, 44_744, 25_000]) tree.append(count);
    const widths = (level: number) =>
      [...tree.tiles.values()]
        .filter((tile) => tile.level === level)
        .map((t) => t.hashes.length / 32);
    expect(widths(0)).toEqual([...Array(273).fill(256), 112]);
    expect(widths(1)).toEqual([256, 17]);
    expect(widths(2)).toEqual([1]);
    expect(widths(3)).toEqual([]);
    expect(edgePlaces(70_000)).toEqual([
      { level: 0, index: 273 },
      { level: 1, index: 1 },
      { level: 2, index: 0 },
    ]);
    expect([0, 273, 274].map((index) => widthIn(70_000, { level: 0, index }))).toEqual([
      256, 112, 0,
    ]);
  });

  test('of 256 entries are one whole tile and one hash above it', () => {
    const tree = createTree();
    tree.append(256);
    expect([...tree.tiles.keys()]).toEqual(['0/0', '1/0']);
    expect(tree.tiles.get('1/0')?.hashes).toHaveLength(32);
  });

  test('give root and proofs as RFC 6962 defines them, for every older size too', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (batches, someSize, someIndex) => {
        const tree = createTree();
        for (const count of batches) tree.append(count);
        const size = batches.reduce((sum, count) => sum + count);
        const of = 1 + (someSize % size);
        const index = someIndex % of;
        const leaves = leavesOf(of);
        expect(plain([tree.root(of)])).toEqual(plain([testRoot(leaves)]));
        expect(plain(tree.inclusion(index, of))).toEqual(plain(testInclusion(leaves, index)));
        expect(plain(tree.consistency(index, of))).toEqual(plain(testConsistency(leaves, index)));
      }),
      { numRuns: 30 },
    );
  });

  test('the empty tree has the hash of nothing', () => {
    expect(plain([rangeHash([])])).toEqual(plain([testRoot([])]));
  });

  test('a tree does not grow from an edge that is not its own', () => {
    const tree = createTree();
    tree.append(3);
    const [tile] = tree.tiles.values();
    expect(() => appendLeaves(4, tile ? [tile] : [], [hashLeaf(entry(4))])).toThrow('another size');
    expect(() => appendLeaves(3, [], [hashLeaf(entry(3))])).toThrow('no right edge');
  });
});
