import { strict as assert } from 'node:assert';
import { hash } from 'node:crypto';

// The Merkle tree of RFC 6962 kept as tiles of height 8 (https://c2sp.org/tlog-tiles): hash i of
// tile n at level l covers the leaves from (n*256+i)*256^l on. Levels in between are computed
// again.

/** Hashes in a whole tile. */
export const tileWidth = 256;
const hashBytes = 32;

/** A tile as stored: `hashes` holds 1 to 256 hashes of 32 bytes. */
export type Tile = { level: number; index: number; hashes: Uint8Array };

/** Where a tile stands. */
export type TilePlace = { level: number; index: number };

/** Node `index` of height `height` above the leaves; it covers 2^height leaves, all present. */
export type TreeNode = { height: number; index: number };

/** RFC 6962 hash of an entry: SHA-256(0x00 || entry). */
export function hashLeaf(entry: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return hash('sha256', input, 'buffer');
}

const nodeInput = new Uint8Array(1 + 2 * hashBytes).fill(1, 0, 1);

/** RFC 6962 hash of an inner node: SHA-256(0x01 || left || right). */
function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return hash('sha256', nodeInput, 'buffer');
}

/**
 * Places of the tiles on the right edge of a tree: on each level the last one, if it is partial.
 */
export function edgePlaces(size: number): TilePlace[] {
  const places: TilePlace[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / tileWidth)) {
    if (count % tileWidth > 0) places.push({ level, index: Math.floor(count / tileWidth) });
  }
  return places;
}

/** Hashes that tile `index` of a level holds in a tree of this size: 0 to 256. */
export function widthIn(size: number, { level, index }: TilePlace): number {
  const count = Math.floor(size / tileWidth ** level);
  return Math.max(0, Math.min(tileWidth, count - index * tileWidth));
}

/**
 * Appends leaf hashes to a tree of `size` leaves, of which only the tiles on its right edge are
 * needed. Returns every tile that is new or has grown, and the new size.
 */
export function appendLeaves(
  size: number,
  edge: readonly Tile[],
  leaves: readonly Uint8Array[],
): { size: number; tiles: Tile[] } {
  const growing = new Map<number, { index: number; hashes: Uint8Array[] }>();
  for (const { level, index, hashes } of edge) {
    assert(hashes.length === widthIn(size, { level, index }) * hashBytes, 'a tile of another size');
    growing.set(level, { index, hashes: split(hashes) });
  }
  const tiles: Tile[] = [];
  const grown = new Set<number>();
  const append = (level: number, leaf: Uint8Array, position: number): void => {
    const index = Math.floor(position / tileWidth);
    const tile = growing.get(level) ?? { index, hashes: [] };
    assert(tile.index === index && tile.hashes.length === position % tileWidth, 'no right edge');
    tile.hashes.push(leaf);
    growing.set(level, tile);
    grown.add(level);
    if (tile.hashes.length < tileWidth) return;
    growing.delete(level);
    const hashes = join(tile.hashes);
    tiles.push({ level, index, hashes });
    append(level + 1, rootOf(hashes), index);
  };
  for (const [offset, leaf] of leaves.entries()) append(0, leaf, size + offset);
  for (const level of grown) {
    const tile = growing.get(level);
    if (tile) tiles.push({ level, index: tile.index, hashes: join(tile.hashes) });
  }
  return { size: size + leaves.length, tiles };
}

/** The whole subtrees that make up the leaves from `start` up to `end`, left to right. */
export function nodesOf(start: number, end: number): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = start; at < end; ) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) height += 1;
    nodes.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return nodes;
}

/**
 * The ranges of leaves whose hashes prove that leaf `index` is in a tree of `size`, its sibling
 * first (PATH of RFC 6962 section 2.1.1).
 */
export function inclusionRanges(index: number, size: number): [start: number, end: number][] {
  assert(index >= 0 && index < size, 'no such leaf');
  const ranges: [number, number][] = [];
  for (let start = 0, end = size; end - start > 1; ) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  return ranges.reverse();
}

/** The ranges whose hashes prove that a tree grew from one size to another (section 2.1.2). */
export function consistencyRanges(older: number, newer: number): [start: number, end: number][] {
  assert(older >= 0 && older <= newer, 'a tree does not shrink');
  if (older === 0 || older === newer) return [];
  const ranges: [number, number][] = [];
  let [start, end] = [0, newer];
  while (older !== end) {
    const middle = start + splitOf(end - start);
    if (older <= middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  if (start > 0) ranges.push([start, end]);
  return ranges.reverse();
}

/** The tile from whose hashes a node is computed. */
export function placeOf({ height, index }: TreeNode): TilePlace {
  const level = Math.floor(height / 8);
  return { level, index: Math.floor((index * 2 ** (height % 8)) / tileWidth) };
}

/** The hash of a node, from the tile at its place. */
export function nodeHash({ height, index }: TreeNode, tile: Uint8Array): Uint8Array {
  const width = 2 ** (height % 8);
  const offset = (index * width) % tileWidth;
  const part = tile.subarray(offset * hashBytes, (offset + width) * hashBytes);
  assert(part.length === width * hashBytes, 'the tile is too narrow for the node');
  return rootOf(part);
}

/** The hash of a range from those of its nodes (`nodesOf`), left to right. */
export function rangeHash(nodes: readonly Uint8Array[]): Uint8Array {
  if (nodes.length === 0) return hash('sha256', new Uint8Array(), 'buffer');
  return nodes.reduceRight((right, left) => hashNode(left, right));
}

const row = Buffer.alloc(tileWidth * hashBytes);

/**
 * The root over the hashes of a whole subtree, up to a tile. Each row takes the place of the one below, and hashes
 * come as text: a buffer of its own for each took three times as long, and as much again to collect.
 */
function rootOf(hashes: Uint8Array): Uint8Array {
  row.set(hashes);
  for (let end = hashes.length; end > hashBytes; end /= 2) {
    assert(end % (2 * hashBytes) === 0, 'only whole subtrees have a root here');
    for (let at = 0; at < end; at += 2 * hashBytes) {
      row.copy(nodeInput, 1, at, at + 2 * hashBytes);
      row.write(hash('sha256', nodeInput, 'binary'), at / 2, hashBytes, 'latin1');
    }
  }
  return Uint8Array.prototype.slice.call(row, 0, hashBytes);
}

// The largest power of two below the length.
function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}

function split(hashes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < hashes.length; at += hashBytes) {
    parts.push(hashes.subarray(at, at + hashBytes));
  }
  return parts;
}

function join(hashes: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(hashes.length * hashBytes);
  for (const [place, each] of hashes.entries()) whole.set(each, place * hashBytes);
  return whole;
}
