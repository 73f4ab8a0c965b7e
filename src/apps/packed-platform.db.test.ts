import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPolicies } from '#kernel/access-engine.ts';
import { openDatabase } from '#kernel/db.ts';
import { migrate } from '#kernel/migrate.ts';
import { sources } from './compose.ts';
import { migrationsOf, policiesOf } from './open-kernel.ts';
import { packedPlatform } from './packed-platform.ts';

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'touyan-packed-'));
});
afterAll(() => rm(place, { recursive: true, force: true }));

const columns = `select table_name, column_name, data_type, column_default, is_nullable
  from information_schema.columns where table_schema = 'public' order by 1, 2`;

test('a database from the pack is the one that the migrations make', async () => {
  const { packed } = packedPlatform();
  expect(packed).toBeDefined();
  const tables: unknown[] = [];
  for (const made of [{ packed: packed! }, {}]) {
    const folder = join(place, `database-${tables.length}`);
    const db = openDatabase({ engine: 'pglite', folder, ...made });
    const applied = await migrate(db, migrationsOf(sources));
    expect(applied.length === 0).toBe('packed' in made);
    tables.push((await db.raw(columns)).rows);
    await db.close();
  }
  expect(tables[0]).toEqual(tables[1]);
});

test('policies that were valid at the build are not validated again, others are', () => {
  const policies = policiesOf(sources, join(place, 'policies'));
  const { has } = policies.validated;
  const asked: boolean[] = [];
  const watched = {
    ...policies.validated,
    has(digest: string) {
      asked.push(has(digest));
      return asked.at(-1) === true;
    },
  };
  createPolicies({ ...policies, validated: watched });
  const more = '@id("test.more") @en("x") @zh("x") permit(principal, action, resource);';
  const changed = { ...policies, cedarTexts: [...policies.cedarTexts, more] };
  createPolicies({ ...changed, validated: watched });
  expect(asked).toEqual([true, false]);
});
