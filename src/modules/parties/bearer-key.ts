import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '#kernel/ids.ts';

/**
 * `touyan_<26 characters of the key's id>_<43 of the secret>`: one word, found by secret scanners. Clients of
 * the Hugging Face Hub take only what begins with `hf_`, so that may stand before it.
 */
const FORM = /^(?:hf_)?touyan_([0-9a-hjkmnp-tv-z]{26})_([\w-]{43})$/;

/** Makes the key for an id `key_…`: the text to show once, and the hash to keep. */
export function makeBearerKey(keyId: string, random: Random) {
  const secret = Buffer.from(random(32)).toString('base64url');
  const text = `touyan_${keyId.slice('key_'.length)}_${secret}`;
  return { text, secretHash: hashSecret(secret) };
}

/** Null for anything that is not of this form. */
export function parseBearerKey(text: string): { keyId: string; secretHash: Uint8Array } | null {
  const [, id, secret] = FORM.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  return { keyId: `key_${id}`, secretHash: hashSecret(secret) };
}

export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** SHA-256; enough for secrets of 256 random bits, where there is nothing to guess. */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
