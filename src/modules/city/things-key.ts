import { hash, timingSafeEqual } from 'node:crypto';
import type { Random } from '#kernel/ids.ts';

/** The key of one thing: 256 random bits, so that its SHA-256 can be kept without more. */
export function makeThingKey(random: Random): { key: string; keyHash: Uint8Array } {
  const key = Buffer.from(random(32)).toString('base64url');
  return { key, keyHash: hashThingKey(key) };
}

export const hashThingKey = (key: string): Uint8Array => hash('sha256', key, 'buffer');

export function isKey(key: string, keyHash: Uint8Array): boolean {
  const given = hashThingKey(key);
  return given.length === keyHash.length && timingSafeEqual(given, keyHash);
}
