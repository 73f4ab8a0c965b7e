import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { base64Encode } from '#verify/bytes.ts';
import type { Fact } from '#verify/fact.ts';
import type { Clock } from './clock.ts';
import type { Database } from './db.ts';
import { kernelErrors } from './errors.ts';
import type { Facts } from './facts.ts';
import { commitmentsAt, factByIdWith, factsById, type StoredFact } from './facts-store.ts';
import { createCosigning, type WitnessState } from './ledger-cosigning.ts';
import { ledgerErrors } from './ledger-errors.ts';
import { createIntegrator } from './ledger-integrator.ts';
import { lastCosignedByAll, lowestTileOver, readHead, readPublished } from './ledger-store.ts';
import { tileWidth } from './ledger-tiles.ts';
import { createLedgerTree, readTile } from './ledger-tree.ts';
import type { Witness } from './ledger-witness.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createBell, pause, type Service } from './service.ts';
import type { Signer } from './signer.ts';

/** A checkpoint as published: `note` with the cosignatures that it has so far. */
type LedgerCheckpoint = { size: number; root: Uint8Array; note: string; cosigned: boolean };

/** A fact, what opens its commitment, and its inclusion in the tree of a checkpoint. */
type FactProof = {
  fact: Fact;
  salt: Uint8Array;
  index: number;
  /** The leaf's sibling first. */
  hashes: Uint8Array[];
  /** The signed note of the checkpoint, and whether every witness cosigned it. */
  checkpoint: string;
  size: number;
  cosigned: boolean;
};

/** The parts `facts` and `checkpoint` of an evidence file (`#verify/evidence.ts`). */
type LedgerEvidence = {
  facts: { fact: Fact; salt: string; index: number; proof: string[] }[];
  checkpoint: string;
};

/** As one reading found it: `checkpoint` is the note of the tree of `size` entries. */
type LedgerStatus = {
  size: number;
  cosignedSize: number;
  checkpoint: string;
  witnesses: WitnessState[];
  /** Why nothing more is signed; null while all is well. */
  fault: string | null;
};

/** The append-only log of all facts (https://c2sp.org/tlog-tiles). */
export type Ledger = {
  origin: string;
  /** The log's public key as text, and its witnesses'. */
  vkey: string;
  witnessKeys: readonly string[];
  size(): Promise<number>;
  status(): Promise<LedgerStatus>;
  /** The signed note of the newest checkpoint; while a witness is away, without its cosignature. */
  checkpoint(): Promise<string>;
  /** As `checkpoint`, taken apart. */
  newest(): Promise<LedgerCheckpoint>;
  /**
   * Proves a fact under a cosigned checkpoint of the last second that has it, or else the newest one.
   * Throws `kernel.fact_missing`, `kernel.fact_erased`, `kernel.fact_waiting`.
   */
  proof(factId: string): Promise<FactProof>;
  /** As `proof`, for many facts under one checkpoint, as an evidence file holds them. */
  evidence(factIds: readonly string[]): Promise<LedgerEvidence>;
  /**
   * Resolves once the fact is integrated and cosigned by every witness; rejects with the signal.
   */
  waitFor(factId: string, signal: AbortSignal): Promise<void>;
  /** The first `width` hashes of a tile, 32 bytes each; null where the log has no such tile. */
  tile(level: number, index: number, width: number): Promise<Uint8Array | null>;
  /**
   * `width` entries from `index`*256 on, each after its big-endian uint16 length; null as above.
   */
  entries(index: number, width: number): Promise<Uint8Array | null>;
  /** Hashes that prove that the tree of one size grew from that of another. */
  consistency(older: number, newer: number): Promise<Uint8Array[]>;
  /** Calls back after facts were integrated by this server. Returns how to stop. */
  onIntegrated(listener: () => void): () => void;
  /** Integrates what waits until nothing does. */
  integrate(): Promise<void>;
  service: Service;
};

export type LedgerOptions = {
  /** Facts integrated at once; on PGlite everything else waits meanwhile (1000: about 30 ms). */
  batchMax: number;
  /** Least time between two batches, so that a busy log signs few checkpoints. */
  intervalMs: number;
  /** How often it looks by itself, for facts of other servers. */
  pollMs: number;
};

export const ledgerDefaults: LedgerOptions = { batchMax: 1000, intervalMs: 100, pollMs: 2000 };

// How long to leave another server to its batch before looking whether anything is left.
const busyMs = 20;

// Reading the checkpoints took a third of the time of a proof.
const CHECKPOINT_KEPT_MS = 1000;

type Uses = {
  db: Database;
  clock: Clock;
  signer: Signer;
  witnesses: readonly Witness[];
  facts: Pick<Facts, 'onRecorded'>;
  log: Log;
  metrics: Metrics;
};

/** Opens the ledger; rejects when stored tree, checkpoint and key do not agree. */
export async function openLedger(options: LedgerOptions, uses: Uses): Promise<Ledger> {
  const { db, signer, witnesses } = uses;
  const names = witnesses.map((witness) => witness.name);
  const tree = createLedgerTree();
  const integrator = createIntegrator(options, uses);
  const cosigning = createCosigning({ ...uses, tree });
  const listeners = new Set<() => void>();
  await integrator.open();

  const published = async () => {
    const rows = await readPublished(db.read, names);
    return rows.map(({ lines, note, ...tree }): LedgerCheckpoint => {
      return { ...tree, note: note + lines.join(''), cosigned: lines.length === names.length };
    });
  };
  const newest = async () => {
    const checkpoint = (await published()).at(-1);
    assert(checkpoint, 'the ledger has not been opened');
    return checkpoint;
  };
  const size = async () => (await readHead(db.read))?.size ?? 0;
  const cosignedSize = async () =>
    witnesses.length === 0 ? size() : lastCosignedByAll(db.read, names);
  let kept: { checkpoint: LedgerCheckpoint; until: number } | null = null;
  /** A cosigned checkpoint whose tree has this place, at most a second old; or else the newest. */
  const checkpointOver = async (place: number): Promise<LedgerCheckpoint> => {
    const now = uses.clock.now().getTime();
    if (kept && now < kept.until && place < kept.checkpoint.size) return kept.checkpoint;
    const covering = (await published()).filter((each) => place < each.size);
    const cosigned = covering.find((each) => each.cosigned);
    if (cosigned) kept = { checkpoint: cosigned, until: now + CHECKPOINT_KEPT_MS };
    const checkpoint = cosigned ?? covering.at(-1);
    assert(checkpoint, 'a fact has a place that no checkpoint covers');
    return checkpoint;
  };
  const read = async (factIds: readonly string[]): Promise<Map<string, StoredFact>> => {
    const [only] = factIds;
    // In a large tree the tile over a single fact is hardly ever in memory.
    if (only === undefined || factIds.length > 1 || !tree.outgrows(kept?.checkpoint.size ?? 0)) {
      return factsById(db.read, factIds);
    }
    const found = await factByIdWith(db.read, only, lowestTileOver);
    if (!found) return new Map();
    const { stored, also } = found;
    if (stored.position !== null && also !== null) {
      tree.keepLowest(stored.position, Buffer.from(also, 'base64'));
    }
    return new Map([[only, stored]]);
  };
  const prove = async (factIds: readonly string[]) => {
    const stored = await read(factIds);
    const opened = factIds.map((id) => openFact(id, stored.get(id)));
    const indexes = opened.map(({ index }) => index);
    const checkpoint = await checkpointOver(Math.max(0, ...indexes));
    const hashes = await tree.inclusion(db.read, indexes, checkpoint.size);
    const proofs = opened.map((row, place) => ({ ...row, hashes: hashes[place] ?? [] }));
    return { proofs, checkpoint };
  };
  const integrate = async () => {
    for (;;) {
      if (cosigning.fault() !== null) return;
      const taken = await integrator.integrate();
      if (taken === 'busy') {
        await setTimeout(busyMs);
        continue;
      }
      if (taken > 0) for (const listener of listeners) listener();
      if (taken < options.batchMax) return;
    }
  };
  const onIntegrated: Ledger['onIntegrated'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const cosigned = new Set<() => void>();

  return {
    origin: signer.name,
    vkey: signer.vkey,
    witnessKeys: witnesses.map((witness) => witness.vkey),
    size,
    async status() {
      const checkpoints = await published();
      return {
        size: checkpoints.at(-1)?.size ?? 0,
        cosignedSize: checkpoints.findLast((each) => each.cosigned)?.size ?? 0,
        checkpoint: checkpoints.at(-1)?.note ?? '',
        witnesses: cosigning.states(),
        fault: cosigning.fault(),
      };
    },
    checkpoint: async () => (await newest()).note,
    newest,
    async proof(factId) {
      const { proofs, checkpoint } = await prove([factId]);
      const [proof] = proofs;
      assert(proof);
      const { note, ...of } = checkpoint;
      return { ...proof, checkpoint: note, size: of.size, cosigned: of.cosigned };
    },
    async evidence(factIds) {
      const { proofs, checkpoint } = await prove([...new Set(factIds)]);
      const facts = proofs.map(({ fact, salt, index, hashes }) => ({
        fact,
        salt: base64Encode(salt),
        index,
        proof: hashes.map(base64Encode),
      }));
      return { facts, checkpoint: checkpoint.note };
    },
    async waitFor(factId, signal) {
      const bell = createBell();
      const stops = [onIntegrated(bell.ring), () => cosigned.delete(bell.ring)];
      cosigned.add(bell.ring);
      try {
        for (;;) {
          signal.throwIfAborted();
          const row = (await factsById(db.read, [factId])).get(factId);
          if (row === undefined) throw ledgerErrors.make.fact_missing({ id: factId });
          if (row.position !== null && row.position < (await cosignedSize())) return;
          await bell.sleep(options.pollMs, signal);
        }
      } finally {
        for (const stop of stops) stop();
      }
    },
    async tile(level, index, width) {
      return readTile(db.read, { level, index }, width, await size());
    },
    async entries(index, width) {
      const start = index * tileWidth;
      if (width < 1 || width > tileWidth || start + width > (await size())) return null;
      const commitments = await commitmentsAt(db.read, { start, end: start + width });
      const bundle = new Uint8Array(commitments.length * 34);
      for (const [place, commitment] of commitments.entries()) {
        bundle[place * 34 + 1] = commitment.length;
        bundle.set(commitment, place * 34 + 2);
      }
      return bundle;
    },
    async consistency(older, newer) {
      if (older > newer || newer > (await size())) {
        throw kernelErrors.make.invalid_input({
          problem: `no tree grew from ${older} to ${newer}`,
        });
      }
      return tree.consistency(db.read, older, newer);
    },
    onIntegrated,
    integrate,
    service: createService(options, {
      ...uses,
      integrate,
      tidy: integrator.tidy,
      cosigning,
      onIntegrated,
      ringCosigned: () => {
        for (const ring of cosigned) ring();
      },
      sizes: async () => ({ size: await size(), cosignedSize: await cosignedSize() }),
    }),
  };
}

function openFact(id: string, stored: StoredFact | undefined) {
  if (stored === undefined) throw ledgerErrors.make.fact_missing({ id });
  const { fact, salt, position } = stored;
  if (fact === null || salt === null) throw ledgerErrors.make.fact_erased({ id });
  if (position === null) throw ledgerErrors.make.fact_waiting({ id });
  return { fact, salt, index: position };
}

type ServiceUses = Uses & {
  integrate(): Promise<void>;
  tidy(): Promise<void>;
  cosigning: ReturnType<typeof createCosigning>;
  onIntegrated: Ledger['onIntegrated'];
  ringCosigned(): void;
  sizes(): Promise<{ size: number; cosignedSize: number }>;
};

function createService(options: LedgerOptions, uses: ServiceUses): Service {
  const { facts, cosigning, log, metrics } = uses;
  const entries = metrics.gauge({
    module: 'ledger',
    name: 'entries',
    help: 'Entries of the ledger: integrated, and cosigned by every witness.',
    labels: ['state'],
  });
  const measure = async () => {
    const { size, cosignedSize } = await uses.sizes();
    entries.set({ state: 'integrated' }, size);
    entries.set({ state: 'cosigned' }, cosignedSize);
  };
  const safely = async (work: () => Promise<void>, problem: string, signal: AbortSignal) => {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      log.error({ error }, problem);
      await pause(options.pollMs, signal);
    }
  };
  const integrateLoop = async (signal: AbortSignal) => {
    const bell = createBell();
    const stop = facts.onRecorded(bell.ring);
    while (!signal.aborted) {
      await safely(uses.integrate, 'facts could not be integrated', signal);
      await pause(options.intervalMs, signal);
      await safely(uses.tidy, 'the ledger could not be tidied', signal);
      await bell.sleep(options.pollMs, signal);
    }
    stop();
  };
  const cosignLoop = async (signal: AbortSignal) => {
    const bell = createBell();
    const stop = uses.onIntegrated(bell.ring);
    const round = async () => {
      if (await cosigning.round(signal)) uses.ringCosigned();
      await measure();
    };
    while (!signal.aborted) {
      await safely(round, 'the ledger could not be cosigned', signal);
      await bell.sleep(cosigning.dueInMs() ?? options.pollMs, signal);
    }
    stop();
  };
  return {
    name: 'ledger',
    async run(signal) {
      // Before anything is signed: whether a witness has seen more than we have.
      await safely(async () => void (await cosigning.round(signal)), 'no witness', signal);
      await Promise.all([integrateLoop(signal), cosignLoop(signal)]);
    },
    drain: uses.integrate,
  };
}
