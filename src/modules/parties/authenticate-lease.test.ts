import { expect, it } from 'vitest';
import type { Principal } from '#kernel/principal.ts';
import { createAuthenticateLease } from './authenticate-lease.ts';
import { errors } from './errors.ts';

const principal = (id: string): Principal => {
  return { id, kind: 'person', name: id, memberships: [], roles: [] };
};

it('tells who asks from what was known at most a second ago, and no longer', async () => {
  let now = 0;
  let revoked = false;
  let asked = 0;
  const lease = createAuthenticateLease(
    async (headers) => {
      asked += 1;
      if (revoked) throw errors.make.key_refused();
      return principal(headers.get('authorization') ?? 'stranger');
    },
    () => now,
  );
  const one = { authorization: 'Bearer one' };
  expect((await lease(one)).id).toBe('Bearer one');
  revoked = true;
  now = 999;
  expect((await lease({ ...one, accept: 'other headers make no difference' })).id).toBe(
    'Bearer one',
  );
  expect(asked).toBe(1);
  await expect(lease({ authorization: 'Bearer two' })).rejects.toThrow();
  await expect(lease({ ...one, cookie: 'a' })).rejects.toThrow();
  await expect(lease({ ...one, 'touyan-on-behalf-of': 'party_x' })).rejects.toThrow();
  now = 1_000;
  await expect(lease(one)).rejects.toThrow();
  revoked = false;
  expect((await lease(one)).id).toBe('Bearer one');
});
