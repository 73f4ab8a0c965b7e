import type { Clock } from './clock.ts';
import type { Database } from './db.ts';
import {
  insertCosignature,
  lastCosignedBy,
  readHead,
  type StoredCheckpoint,
} from './ledger-store.ts';
import type { LedgerTree } from './ledger-tree.ts';
import type { Witness, WitnessAnswer } from './ledger-witness.ts';
import type { Log } from './log.ts';

/** How one witness stands to the ledger. */
export type WitnessState = {
  name: string;
  /** The largest size it has cosigned, as far as this server knows. */
  size: number;
  /** Why it has not cosigned the newest checkpoint; null when it has, or has not been asked yet. */
  problem: string | null;
};

/** Gets the newest checkpoint cosigned by every witness. */
export type Cosigning = {
  /** Asks each witness that is due. Resolves to whether one of them cosigned. */
  round(signal: AbortSignal): Promise<boolean>;
  /** Milliseconds until one that failed is due again; null when none waits. */
  dueInMs(): number | null;
  states(): WitnessState[];
  /**
   * A witness has seen a tree that ours does not continue: our database went back, or is another
   * one. Nothing more may be signed then. Null while all is well.
   */
  fault(): string | null;
};

const retryMsMin = 1_000;
const retryMsMax = 30_000;

type Row = {
  witness: Witness;
  /** The size that the witness itself last told us; it knows better than our database. */
  told: number | null;
  state: WitnessState;
  failures: number;
  /** Milliseconds since 1970: when it is asked again after a failure. */
  notBefore: number;
};

export function createCosigning(uses: {
  db: Database;
  clock: Clock;
  tree: LedgerTree;
  witnesses: readonly Witness[];
  log: Log;
}): Cosigning {
  const { db, clock, tree, log } = uses;
  const rows = uses.witnesses.map(
    (witness): Row => ({
      witness,
      told: null,
      state: { name: witness.name, size: 0, problem: null },
      failures: 0,
      notBefore: 0,
    }),
  );
  let fault: string | null = null;

  const store = async (row: Row, head: StoredCheckpoint, line: string) => {
    await db.transaction((tx) =>
      insertCosignature(tx, { size: head.size, witness: row.witness.name, line }),
    );
    row.state = { name: row.witness.name, size: head.size, problem: null };
    row.told = head.size;
    row.failures = 0;
  };

  const ask = async (row: Row, head: StoredCheckpoint, signal: AbortSignal): Promise<boolean> => {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const stored = await lastCosignedBy(db.read, row.witness.name);
      const oldSize = row.told ?? stored;
      // At the first time it is asked in any case: it may have seen more than we still have.
      if (row.told === head.size && stored === head.size) {
        row.state = { name: row.witness.name, size: head.size, problem: null };
        return false;
      }
      const proof = await tree.consistency(db.read, oldSize, head.size);
      const request = { oldSize, proof, note: head.note };
      const answer: WitnessAnswer = await row.witness.addCheckpoint(request, signal);
      if (answer.kind === 'cosigned') {
        await store(row, head, answer.line);
        return true;
      }
      if (answer.kind === 'refused') {
        if (answer.status === 422) {
          fault = `the witness ${row.witness.name} has cosigned another tree of ${oldSize} entries`;
        }
        throw new Error(`refused with ${answer.status}: ${answer.reason}`);
      }
      row.told = answer.size;
      const newest = await readHead(db.read);
      if (newest !== null && answer.size > newest.size) {
        const seen = `${answer.size} entries, we have ${newest.size}`;
        fault = `the witness ${row.witness.name} has seen ${seen}`;
      }
      // Another server of ours got there first: nothing to do for this checkpoint.
      if (answer.size > head.size) return false;
    }
    throw new Error('the witness answers with a different size each time');
  };

  const askSafely = async (
    row: Row,
    head: StoredCheckpoint,
    signal: AbortSignal,
  ): Promise<boolean> => {
    try {
      return await ask(row, head, signal);
    } catch (error) {
      if (signal.aborted) return false;
      const problem = error instanceof Error ? error.message : String(error);
      row.failures += 1;
      const wait = Math.min(retryMsMax, retryMsMin * 2 ** (row.failures - 1));
      row.notBefore = clock.now().getTime() + wait;
      if (row.state.problem !== problem) {
        log.warn({ witness: row.witness.name, error }, 'a witness did not cosign the ledger');
      }
      row.state = { ...row.state, problem };
      return false;
    }
  };

  return {
    async round(signal) {
      const head = await readHead(db.read);
      if (head === null) return false;
      const now = clock.now().getTime();
      const due = rows.filter((row) => row.failures === 0 || row.notBefore <= now);
      const answers = await Promise.all(due.map((row) => askSafely(row, head, signal)));
      if (fault !== null) log.error({ fault }, 'the ledger signs nothing more');
      return answers.includes(true);
    },
    dueInMs() {
      const waiting = rows.filter((row) => row.failures > 0);
      if (waiting.length === 0) return null;
      const first = Math.min(...waiting.map((row) => row.notBefore));
      return Math.max(0, first - clock.now().getTime());
    },
    states: () => rows.map((row) => row.state),
    fault: () => fault,
  };
}
