import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bytes, utf8Encode } from './bytes.ts';
import { verifyConsistency, verifyInclusion } from './merkle.ts';
import { testConsistency, testInclusion, testLeafHash, testRoot } from './testing.ts';

const leavesOf = (size: number): Bytes[] =>
  Array.from({ length: size }, (_, index) => testLeafHash(utf8Encode(`leaf ${index}`)));
const flip = (hash: Bytes, bit: number): Bytes => hash.with(0, (hash[0] ?? 0) ^ (1 << bit));

describe('inclusion', () => {
  test('holds for every leaf of every tree up to 40, and only at its place', async () => {
    for (let size = 1; size <= 40; size += 1) {
      const leaves = leavesOf(size);
      const tree = { size, root: testRoot(leaves) };
      for (const [index, leaf] of leaves.entries()) {
        const proof = testInclusion(leaves, index);
        expect(await verifyInclusion(tree, index, leaf, proof)).toBe(true);
        const other = (index + 1) % size;
        if (other !== index) expect(await verifyInclusion(tree, other, leaf, proof)).toBe(false);
      }
    }
  });

  test('falls with any change of leaf, proof, root or length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 300 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        async (size, at, step, bit) => {
          const leaves = leavesOf(size);
          const index = at % size;
          const leaf = leaves[index] ?? new Uint8Array();
          const proof = testInclusion(leaves, index);
          const tree = { size, root: testRoot(leaves) };
          const changed = proof.map((hash, place) =>
            place === step % proof.length ? flip(hash, bit) : hash,
          );
          const attempts = [
            verifyInclusion(tree, index, flip(leaf, bit), proof),
            verifyInclusion(tree, index, leaf, changed),
            verifyInclusion(tree, index, leaf, proof.slice(1)),
            verifyInclusion(tree, index, leaf, [...proof, leaf]),
            verifyInclusion({ size, root: flip(tree.root, bit) }, index, leaf, proof),
            verifyInclusion(tree, index + size, leaf, proof),
          ];
          expect(await Promise.all(attempts)).toEqual(attempts.map(() => false));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('consistency', () => {
  test('holds between all trees up to 24, and not with another older root', async () => {
    const all = leavesOf(24);
    for (let newer = 0; newer <= 24; newer += 1) {
      const leaves = all.slice(0, newer);
      const newerTree = { size: newer, root: testRoot(leaves) };
      for (let older = 0; older <= newer; older += 1) {
        const olderTree = { size: older, root: testRoot(leaves.slice(0, older)) };
        const proof = testConsistency(leaves, older);
        expect(await verifyConsistency(olderTree, newerTree, proof)).toBe(true);
        const forked = { size: older, root: flip(olderTree.root, 0) };
        expect(await verifyConsistency(forked, newerTree, proof)).toBe(false);
        const forkedNewer = { size: newer, root: flip(newerTree.root, 0) };
        if (older > 0) {
          expect(await verifyConsistency(olderTree, forkedNewer, proof)).toBe(false);
        }
        const extra = flip(newerTree.root, 1);
        expect(await verifyConsistency(olderTree, newerTree, [...proof, extra])).toBe(false);
      }
    }
  });
});
