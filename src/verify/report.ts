import type { EvidenceKind } from './evidence.ts';
import type { Failure } from './failure.ts';
import type { Json } from './json.ts';
import type { Leaf } from './json-pointer.ts';

/**
 * What checking a value proves. *included*: the fact with this value is in the log. *recomputed*:
 * the value follows from the disclosed inputs. *attested*: another fact confirms it.
 */
export type ClaimLevel = 'included' | 'recomputed' | 'attested' | 'failed';

/** One claim and what became of it. */
export interface ClaimReport {
  readonly path: string;
  readonly value?: Json;
  readonly fact: string;
  readonly level: ClaimLevel;
  /** Actor of the attestation, where there is one. */
  readonly attestedBy?: string;
  readonly failures: readonly Failure[];
}

/** The checkpoint under which everything was checked. */
export interface CheckpointReport {
  readonly origin: string;
  readonly size: number;
  /** Base64, as in the checkpoint. */
  readonly rootHash: string;
  /** Witnesses whose cosignature holds; time in POSIX seconds. */
  readonly cosignatures: readonly { readonly name: string; readonly time: number }[];
}

/** The outcome for one file. `ok` is true only when nothing at all failed. */
export interface Report {
  readonly ok: boolean;
  readonly kind?: EvidenceKind;
  readonly checkpoint?: CheckpointReport;
  readonly facts: readonly {
    readonly id: string;
    readonly kind: string;
    readonly time: string;
    readonly index: number;
    readonly included: boolean;
  }[];
  readonly claims: readonly ClaimReport[];
  /**
   * Numbers of the document that no claim covers; where no fact vouches for the whole document (a
   * receipt), every such value. They may be true, but nothing in the file shows it.
   */
  readonly unproven: readonly Leaf[];
  /** Everything that failed, those of the claims too. */
  readonly failures: readonly Failure[];
}
