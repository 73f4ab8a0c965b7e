import { type Bytes, concatBytes, utf8Encode } from './bytes.ts';
import { sha256, textDigest } from './crypto.ts';
import { canonicalJson } from './jcs.ts';
import type { JsonObject } from './json.ts';

/** Something that happened, as its owner recorded it. `time` is an RFC 3339 instant in UTC. */
export interface Fact {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly actor: string;
  readonly time: string;
  readonly body: JsonObject;
}

/** Length of the random salt that hides a fact behind its commitment. */
export const saltBytes = 32;

/** The bytes that a fact's commitment hashes: salt (32 bytes), then the fact's JCS form. */
export function commitmentInput(fact: Fact, salt: Uint8Array): Bytes {
  const { id, kind, subject, actor, time, body } = fact;
  const form = canonicalJson({ id, kind, subject, actor, time, body });
  return concatBytes(salt, utf8Encode(form));
}

/** The log's entry for a fact: SHA-256(salt || JCS(fact)), 32 bytes. */
export function commitment(fact: Fact, salt: Uint8Array): Promise<Bytes> {
  return sha256(commitmentInput(fact, salt));
}

/**
 * The digest that stands for a set of facts: over their ids, sorted by code unit and joined by
 * newlines. A closing fact states it, so that leaving one out shows.
 */
export function factSetDigest(ids: readonly string[]): Promise<string> {
  return textDigest(factSetText(ids));
}

/** The text under `factSetDigest`. */
export function factSetText(ids: readonly string[]): string {
  return ids.toSorted((left, right) => (left < right ? -1 : 1)).join('\n');
}
