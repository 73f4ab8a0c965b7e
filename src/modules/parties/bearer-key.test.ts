import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { makeBearerKey, parseBearerKey, sameHash } from './bearer-key.ts';

const ids = createIds({ clock: { now: () => new Date(0) }, random: systemRandom });

it('reads what it made, and nothing that was changed', () => {
  const id = ids('key');
  const { text, secretHash } = makeBearerKey(id, systemRandom);
  const read = parseBearerKey(text);
  expect(read?.keyId).toBe(id);
  expect(parseBearerKey(`hf_${text}`)).toEqual(read);
  expect(sameHash(read!.secretHash, secretHash)).toBe(true);
  fc.assert(
    fc.property(
      fc.nat({ max: text.length - 1 }),
      fc.constantFrom('0', 'b', '_', ' '),
      (at, put) => {
        fc.pre(text[at] !== put);
        const changed = parseBearerKey(text.slice(0, at) + put + text.slice(at + 1));
        const same = changed?.keyId === id && sameHash(changed.secretHash, secretHash);
        expect(same).toBe(false);
      },
    ),
  );
});
