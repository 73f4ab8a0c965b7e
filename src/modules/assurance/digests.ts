import type { Json } from '#kernel/errors.ts';
import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';
import type { Scores } from './scores.ts';

/** SHA-256 over the JCS form (RFC 8785) of a JSON value: `sha256:<hex>`. */
export function jsonDigest(value: Json): Promise<string> {
  return textDigest(canonicalJson(value));
}

/** Names what an evaluation came to: equal inputs of a repeatable program give the same one. */
export function resultDigestOf(predictionsDigest: string, scores: Scores): Promise<string> {
  return jsonDigest({ predictions: predictionsDigest, scores });
}
