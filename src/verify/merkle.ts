import { type Bytes, equalBytes } from './bytes.ts';
import { sha256 } from './crypto.ts';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** Hash of a log entry as a leaf: SHA-256(0x00 || entry) (RFC 6962 section 2.1). */
export function leafHash(entry: Uint8Array): Promise<Bytes> {
  return sha256(leafPrefix, entry);
}

/** Hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962 section 2.1). */
function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(nodePrefix, left, right);
}

/**
 * Whether the leaf with this hash stands at `index` in the tree of `size` leaves with this root
 * (RFC 9162 section 2.1.3.2). Hashes run from the leaf's sibling upward. Arithmetic instead of bit
 * operations: sizes go up to 2^53.
 */
export async function verifyInclusion(
  tree: { readonly size: number; readonly root: Uint8Array },
  index: number,
  leaf: Uint8Array,
  hashes: readonly Uint8Array[],
): Promise<boolean> {
  if (index >= tree.size) return false;
  let node = index;
  let last = tree.size - 1;
  let hash: Uint8Array = leaf;
  for (const sibling of hashes) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalBytes(hash, tree.root);
}

/** A tree as a checkpoint names it. */
export interface Tree {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Whether the newer tree only appended to the older one (RFC 9162 section 2.1.4.2). From an empty
 * tree and between equal sizes the proof is empty.
 */
export async function verifyConsistency(
  older: Tree,
  newer: Tree,
  hashes: readonly Uint8Array[],
): Promise<boolean> {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return hashes.length === 0 && equalBytes(older.root, newer.root);
  if (older.size === 0) return hashes.length === 0 && equalBytes(older.root, await sha256());
  let node = older.size - 1;
  let last = newer.size - 1;
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  // An older tree that is a whole subtree of the newer one is its own first hash.
  const path = node === 0 ? [older.root, ...hashes] : hashes;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let olderHash: Uint8Array = first;
  let newerHash: Uint8Array = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      olderHash = await nodeHash(sibling, olderHash);
      newerHash = await nodeHash(sibling, newerHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      newerHash = await nodeHash(newerHash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalBytes(olderHash, older.root) && equalBytes(newerHash, newer.root);
}
