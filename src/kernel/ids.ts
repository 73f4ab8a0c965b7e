import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Random bytes from a source that tests can replace. */
export type Random = (length: number) => Uint8Array;

export const systemRandom: Random = (length) => randomBytes(length);

/** `id('call')` → `call_01k9…`: ordered by time of creation, 80 random bits, no meaning inside. */
export type Ids = (prefix: string) => string;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Identifiers with the layout of ULID (https://github.com/ulid/spec), lower case, with a prefix. */
export function createIds(uses: { clock: Clock; random: Random }): Ids {
  return (prefix) => {
    let time = uses.clock.now().getTime();
    let text = '';
    for (let place = 0; place < 10; place += 1) {
      text = ALPHABET.charAt(time % 32) + text;
      time = Math.floor(time / 32);
    }
    for (const byte of uses.random(16)) text += ALPHABET.charAt(byte & 31);
    return `${prefix}_${text}`;
  };
}
