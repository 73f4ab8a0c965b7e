import type { Random } from '#kernel/ids.ts';

/** Without letters and digits that are taken for one another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789-';

/** Twenty characters of five random bits each. */
export function makeOneTimePassword(random: Random): string {
  return Array.from(random(20), (byte) => ALPHABET.charAt(byte & 31)).join('');
}
