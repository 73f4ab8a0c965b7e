import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Random bytes from a source that tests can replace. */
export type Random = (length: number) => Uint8Array;

const POOL_BYTES = 8192;

/** The system's source, asked for many bytes at once: that takes a tenth of the time. */
function createSystemRandom(): Random {
  let pool = new Uint8Array();
  return (length) => {
    if (length > POOL_BYTES / 16) return randomBytes(length);
    if (pool.length < length) pool = new Uint8Array(randomBytes(POOL_BYTES));
    const taken = pool.slice(0, length);
    pool = pool.subarray(length);
    return taken;
  };
}

export const systemRandom: Random = createSystemRandom();

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
