import { strict as assert } from 'node:assert';
import type { Executor } from './db.ts';
import { readTiles, readUpperTiles } from './ledger-store.ts';
import {
  consistencyRanges,
  inclusionRanges,
  nodeHash,
  nodesOf,
  placeOf,
  rangeHash,
  type TilePlace,
  type TreeNode,
  tileWidth,
  widthIn,
} from './ledger-tiles.ts';

/** Reads hashes and proofs of any tree up to the stored one, from its tiles. */
export type LedgerTree = {
  /** One proof an index, each with the sibling of the leaf first. */
  inclusion(executor: Executor, indexes: readonly number[], size: number): Promise<Uint8Array[][]>;
  consistency(executor: Executor, older: number, newer: number): Promise<Uint8Array[]>;
  /** Whether a tree of this size has more tiles than are kept in memory. */
  outgrows(size: number): boolean;
  /** Keeps the lowest tile over a place, which was read together with something else. */
  keepLowest(index: number, hashes: Uint8Array): void;
};

/** Tiles kept in memory, up to 8 KiB each: those of the upper levels stand in every proof. */
const cachedTilesMax = 512;
const upperTilesMax = cachedTilesMax / 2;

/**
 * Nodes kept in memory, about 150 bytes each: computing the upper ones again took most of a proof.
 */
const cachedNodesMax = 20_000;

export function createLedgerTree(): LedgerTree {
  // A node covers a whole subtree, so its hash never changes.
  const nodes = new Map<string, Uint8Array>();
  // Hashes are only ever added to a tile, so what is in one stays right; it may be too narrow. The
  // first tile in the map is the one used longest ago.
  const cache = new Map<string, Uint8Array>();
  const remember = (key: string, hashes: Uint8Array) => {
    cache.delete(key);
    cache.set(key, hashes);
    const oldest = cache.keys().next();
    if (cache.size > cachedTilesMax && !oldest.done) cache.delete(oldest.value);
  };
  let upper: Promise<void> | null = null;
  /** Reads the upper levels, once: else the first proof under each of their tiles would wait for one more. */
  const readUpper = async (executor: Executor) => {
    const tiles = await readUpperTiles(executor, upperTilesMax);
    for (const tile of tiles.toReversed()) remember(keyOf(tile), tile.hashes);
  };
  const load = async (executor: Executor, places: readonly TilePlace[], size: number) => {
    upper ??= readUpper(executor).catch((error: unknown) => {
      upper = null;
      throw error;
    });
    await upper;
    const tiles = new Map<string, Uint8Array>();
    const missing = new Map<string, TilePlace>();
    for (const place of places) {
      const key = keyOf(place);
      const hashes = cache.get(key);
      if (hashes === undefined || hashes.length < widthIn(size, place) * 32)
        missing.set(key, place);
      else {
        tiles.set(key, hashes);
        remember(key, hashes);
      }
    }
    for (const tile of await readTiles(executor, [...missing.values()])) {
      tiles.set(keyOf(tile), tile.hashes);
      remember(keyOf(tile), tile.hashes);
    }
    return tiles;
  };
  const rangeHashes = async (
    executor: Executor,
    ranges: readonly (readonly [start: number, end: number])[],
    size: number,
  ): Promise<Uint8Array[]> => {
    const rows = ranges.map(([start, end]) => nodesOf(start, end));
    const tiles = await load(executor, rows.flat().map(placeOf), size);
    const hashOf = (node: TreeNode) => {
      const key = `${node.height}/${node.index}`;
      const known = nodes.get(key);
      if (known) return known;
      const tile = tiles.get(keyOf(placeOf(node)));
      assert(tile, 'a tile of the ledger is missing');
      const hash = nodeHash(node, tile);
      // One that stands in a tile as it is would keep the whole tile in memory.
      if (node.height % 8 === 0) return hash;
      if (nodes.size >= cachedNodesMax) nodes.clear();
      nodes.set(key, hash);
      return hash;
    };
    return rows.map((row) => rangeHash(row.map(hashOf)));
  };
  return {
    async inclusion(executor, indexes, size) {
      const ranges = indexes.map((index) => inclusionRanges(index, size));
      const hashes = await rangeHashes(executor, ranges.flat(), size);
      let at = 0;
      return ranges.map((row) => {
        at += row.length;
        return hashes.slice(at - row.length, at);
      });
    },
    consistency: (executor, older, newer) =>
      rangeHashes(executor, consistencyRanges(older, newer), newer),
    outgrows: (size) => size > (cachedTilesMax - upperTilesMax) * tileWidth,
    keepLowest: (index, hashes) =>
      remember(keyOf({ level: 0, index: Math.floor(index / tileWidth) }), hashes),
  };
}

/** The first `width` hashes of a tile, or null where a tree of this size has no such tile. */
export async function readTile(
  executor: Executor,
  place: TilePlace,
  width: number,
  size: number,
): Promise<Uint8Array | null> {
  if (width < 1 || width > widthIn(size, place)) return null;
  const [tile] = await readTiles(executor, [place]);
  assert(tile && tile.hashes.length >= width * 32, 'a tile of the ledger is missing');
  return tile.hashes.subarray(0, width * 32);
}

function keyOf({ level, index }: TilePlace): string {
  return `${level}/${index}`;
}
