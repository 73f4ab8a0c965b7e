import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createSizes } from './access-sizes.ts';

it('asks once in half a minute, and goes by the last answer meanwhile', async () => {
  let now = new Date(0);
  let asked = 0;
  let size = 5000;
  const count = async () => {
    asked += 1;
    return size;
  };
  const sizes = createSizes({ clock: { now: () => now }, count });
  const ask = async () => {
    const large = sizes.isLarge('key', sql`select 1`);
    await Promise.resolve();
    return large;
  };
  expect([await ask(), await ask(), asked]).toEqual([false, true, 1]);
  size = 10;
  now = new Date(30_000);
  expect([await ask(), await ask(), asked]).toEqual([true, false, 2]);
});

it('keeps to what it knew when the database does not answer', async () => {
  const count = () => Promise.reject(new Error('gone'));
  const sizes = createSizes({ clock: { now: () => new Date(0) }, count });
  expect(sizes.isLarge('key', sql`select 1`)).toBe(false);
  await new Promise((resolve) => setImmediate(resolve));
  expect(sizes.isLarge('key', sql`select 1`)).toBe(false);
});
