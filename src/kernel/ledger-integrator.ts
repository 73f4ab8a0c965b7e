import { strict as assert } from 'node:assert';
import { equalBytes } from '#verify/bytes.ts';
import { formatCheckpoint, parseCheckpoint } from '#verify/checkpoint.ts';
import { parseNote, parseNoteKey, verifyNoteKey } from '#verify/note.ts';
import type { Clock } from './clock.ts';
import type { Database, Executor } from './db.ts';
import { anyGaps, anyWaiting, forgetGaps, placesTaken, placeWaiting } from './facts-places.ts';
import {
  insertCheckpoint,
  pruneCheckpoints,
  readEdge,
  readHead,
  vacuumTiles,
  writeTiles,
} from './ledger-store.ts';
import {
  appendLeaves,
  hashLeaf,
  nodeHash,
  nodesOf,
  placeOf,
  rangeHash,
  type Tile,
} from './ledger-tiles.ts';
import type { Signer } from './signer.ts';

/** Puts waiting facts into the log. */
export type Integrator = {
  /**
   * Checks that the stored tree, its checkpoint and the key agree; signs the empty tree at first.
   */
  open(): Promise<void>;
  /**
   * Integrates one batch: places, tiles and the signed checkpoint become durable together, so
   * nothing is published that could be lost. Resolves to how many facts it took, or `busy` while
   * another server is at it.
   */
  integrate(): Promise<number | 'busy'>;
  /**
   * Forgets sequence numbers that were given out and never used, at a moment when nobody writes.
   * Now and then removes old checkpoints and, on PGlite, which does not do so by itself, outgrown
   * tiles.
   */
  tidy(): Promise<void>;
};

// Each batch leaves an outgrown tile of up to 8 KiB behind.
const batchesBetweenCleanings = 500;

const lockName = 'touyan.ledger.integrate';

export function createIntegrator(
  options: { batchMax: number },
  uses: { db: Database; clock: Clock; signer: Signer },
): Integrator {
  const { db, clock, signer } = uses;
  let batches = 0;
  const sign = async (tx: Executor, size: number, root: Uint8Array) => {
    const text = formatCheckpoint({
      origin: signer.name,
      size,
      root: new Uint8Array(root),
      extensions: [],
    });
    const note = await signer.signNote(text);
    await insertCheckpoint(tx, { size, root, note }, clock.now());
  };
  return {
    async open() {
      await db.transaction(async (tx) => {
        const head = await readHead(tx);
        if (head === null) {
          if (!(await db.tryLock(tx, lockName))) return;
          await sign(tx, 0, rangeHash([]));
          return;
        }
        await checkSignature(head.note, signer);
        const root = edgeRoot(head.size, await readEdge(tx, head.size));
        const taken = await placesTaken(tx);
        if (!equalBytes(root, head.root) || taken !== head.size) {
          throw new Error(
            `the ledger is damaged: its checkpoint of ${head.size} entries does not fit its ` +
              `tiles or its ${taken} facts. Restore the last backup; sign nothing until then.`,
          );
        }
      });
    },
    async integrate() {
      if (!(await anyWaiting(db.read))) return 0;
      return db.transaction(async (tx) => {
        if (!(await db.tryLock(tx, lockName))) return 'busy';
        const head = await readHead(tx);
        assert(head, 'the ledger has not been opened');
        const edge = await readEdge(tx, head.size);
        assert(equalBytes(edgeRoot(head.size, edge), head.root), 'the ledger is damaged');
        const commitments = await placeWaiting(tx, {
          start: head.size,
          limit: options.batchMax,
        });
        if (commitments.length === 0) return 0;
        const { size, tiles } = appendLeaves(head.size, edge, commitments.map(hashLeaf));
        await writeTiles(tx, tiles);
        await sign(tx, size, edgeRoot(size, [...edge, ...tiles]));
        batches += 1;
        return commitments.length;
      });
    },
    async tidy() {
      if (batches >= batchesBetweenCleanings) {
        batches = 0;
        await db.transaction(pruneCheckpoints);
        if (db.engine === 'pglite') await vacuumTiles(db.read);
      }
      if (!(await anyGaps(db.read))) return;
      await db
        .transaction(async (tx) => {
          if (!(await db.tryLock(tx, lockName))) return;
          if (!(await forgetGaps(tx))) throw new WritersBusy();
        })
        .catch((error: unknown) => {
          // The refused lock has spoilt the transaction; it had nothing else to do.
          if (!(error instanceof WritersBusy)) throw error;
        });
    },
  };
}

class WritersBusy extends Error {}

/**
 * The root of a tree from the tiles on its right edge; among several at one place the last counts.
 */
function edgeRoot(size: number, tiles: readonly Tile[]): Uint8Array {
  const edge = new Map(tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.hashes]));
  const hashes = nodesOf(0, size).map((node) => {
    const { level, index } = placeOf(node);
    const tile = edge.get(`${level}/${index}`);
    assert(tile, 'the ledger is damaged: a tile is missing');
    return nodeHash(node, tile);
  });
  return rangeHash(hashes);
}

async function checkSignature(note: string, signer: Signer): Promise<void> {
  const parsed = parseNote(note);
  const { origin } = parseCheckpoint(parsed.text);
  const verdict = await verifyNoteKey(parsed, await parseNoteKey(signer.vkey));
  if (origin !== signer.name || verdict.state !== 'valid') {
    throw new Error(
      `the ledger ${origin} was signed by another key than ${signer.vkey}: put its own key back`,
    );
  }
}
