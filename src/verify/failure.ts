import type { Json } from './json.ts';

/** What can fail, each with what it names. `words.ts` says the same in sentences. */
export type Failure =
  | { readonly code: 'file_invalid'; readonly at: string; readonly problem: string }
  | { readonly code: 'key_invalid'; readonly key: string }
  | { readonly code: 'policy_invalid'; readonly line: number; readonly problem: string }
  | { readonly code: 'note_invalid'; readonly problem: string }
  | { readonly code: 'checkpoint_invalid'; readonly problem: string }
  | { readonly code: 'log_signature_missing'; readonly name: string }
  | { readonly code: 'log_signature_invalid'; readonly name: string }
  | { readonly code: 'log_origin_differs'; readonly origin: string; readonly expected: string }
  | { readonly code: 'witness_cosignature_missing'; readonly name: string }
  | { readonly code: 'witness_cosignature_invalid'; readonly name: string }
  | { readonly code: 'witness_quorum_missing'; readonly quorum: string }
  | { readonly code: 'inclusion_proof_invalid'; readonly fact: string; readonly index: number }
  | { readonly code: 'fact_repeated'; readonly fact: string }
  | { readonly code: 'fact_missing'; readonly path: string; readonly fact: string }
  | { readonly code: 'fact_not_included'; readonly path: string; readonly fact: string }
  | { readonly code: 'claim_repeated'; readonly path: string }
  | { readonly code: 'document_value_missing'; readonly path: string }
  | {
      readonly code: 'fact_value_missing';
      readonly path: string;
      readonly fact: string;
      readonly pointer: string;
    }
  | {
      readonly code: 'value_differs';
      readonly path: string;
      readonly document: Json;
      readonly fact: Json;
    }
  | { readonly code: 'method_unknown'; readonly path: string; readonly kind: string }
  | {
      readonly code: 'method_input_differs';
      readonly path: string;
      readonly input: string;
      readonly method: Json;
      readonly fact: Json;
    }
  | { readonly code: 'disclosed_missing'; readonly path: string; readonly digest: string }
  | { readonly code: 'disclosed_digest_differs'; readonly digest: string; readonly found: string }
  | { readonly code: 'recomputation_failed'; readonly path: string; readonly problem: string }
  | {
      readonly code: 'recomputed_value_differs';
      readonly path: string;
      readonly stated: Json;
      readonly recomputed: Json;
    }
  | {
      readonly code: 'attestation_differs';
      readonly path: string;
      readonly attestation: string;
      readonly pointer: string;
      readonly expected: Json;
      readonly found: Json;
    }
  | { readonly code: 'document_digest_missing'; readonly kinds: readonly string[] }
  | {
      readonly code: 'document_digest_differs';
      readonly fact: string;
      readonly stated: Json;
      readonly found: string;
    }
  | { readonly code: 'certificate_revoked'; readonly fact: string; readonly time: string }
  | { readonly code: 'receipt_facts_differ'; readonly found: number }
  | { readonly code: 'closing_fact_missing'; readonly kind: string }
  | { readonly code: 'row_score_unclaimed'; readonly path: string }
  | { readonly code: 'row_repeated'; readonly fact: string }
  | { readonly code: 'row_left_out'; readonly stated: number; readonly found: number }
  | { readonly code: 'row_added'; readonly stated: number; readonly found: number }
  | { readonly code: 'row_set_differs'; readonly stated: Json; readonly found: string }
  | {
      readonly code: 'counted_left_out';
      readonly path: string;
      readonly stated: number;
      readonly found: number;
    }
  | {
      readonly code: 'counted_added';
      readonly path: string;
      readonly stated: number;
      readonly found: number;
    }
  | {
      readonly code: 'counted_set_differs';
      readonly path: string;
      readonly stated: string;
      readonly found: string;
    }
  | {
      readonly code: 'counted_outside';
      readonly path: string;
      readonly fact: string;
      readonly time: string;
    };

/** A refusal on the way to a report, carrying the failure that names what was wrong. */
export class Refused extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`${failure.code}: ${JSON.stringify(failure)}`);
    this.failure = failure;
  }
}
