import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { testDatabases } from '#kernel/testing.ts';
import { nobody } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { createHub, type Hub, hubSource } from './index.ts';
import { testOptions } from './testing.ts';

/** Lists go by indexes: they have to find what reading every row would find, and say when they stop counting. */
describe.each(testDatabases())('lists of many repositories on $engine', ({ open }) => {
  let db: Database;
  let kernel: Kernel;
  let close: () => Promise<void>;
  let hub: Hub;
  const titles = fc.sample(
    fc.string({ unit: fc.constantFrom(...`aBé潮汐'"\\%_& 0`), minLength: 1, maxLength: 8 }),
    { numRuns: 30, seed: 7 },
  );
  const listing = { state: 'active', sort: 'created', limit: 100 } as const;

  const fill = async (kind: string, all: readonly string[]) => {
    await sql`
      insert into hub_repositories (id, kind, owner_id, name, title, summary, audience, licence, tags,
        state, created_at, updated_at)
      select ${kind} || place, ${kind}, 'party_x', ${kind} || '-' || place, jsonb_build_object('zh', title, 'en', ''),
        '{}', 'public', '', '{}', 'active', now(), now()
      from jsonb_array_elements_text(${JSON.stringify(all)}::jsonb) with ordinality as given (title, place)
    `.execute(db.read);
    await sql`
      insert into access_resources (type, id, owner, audience)
      select 'hub.repository', id, owner_id, audience from hub_repositories where kind = ${kind}
    `.execute(db.read);
  };

  beforeAll(async () => {
    db = await open();
    ({ kernel, close } = await openTestKernel(db, { sources: [hubSource], blobs: true }));
    hub = createHub(testOptions, { kernel });
    await fill('dataset', titles);
    await fill(
      'program',
      Array.from({ length: 1_001 }, (_, place) => `scorer ${place}`),
    );
  });
  afterAll(async () => {
    await close();
    await db.close();
  });

  it('finds by any part of a title, in any script and case, just what holds it', async () => {
    const parts = titles.flatMap((title) => [title.slice(0, 1), title.slice(1, 3), title.slice(2)]);
    const asked = new Set([...parts, 'É', '汐潮', '%', "''", '\\', 'no such'].map((q) => q.trim()));
    for (const q of [...asked].filter((each) => each !== '')) {
      const { items } = await hub.handlers.listRepositories(
        { ...listing, kind: 'dataset', q },
        nobody,
      );
      const holding = titles.flatMap((title, place) => {
        const text = `dataset-${place + 1} ${title}`.toLowerCase();
        return text.includes(q.toLowerCase()) ? [`dataset${place + 1}`] : [];
      });
      expect(items.map(({ id }) => id).sort(), q).toEqual(holding.sort());
    }
  });

  it('counts to a thousand, and says when there are more', async () => {
    const counted = async (more: object) => {
      const found = await hub.handlers.listRepositories({ ...listing, limit: 1, ...more }, nobody);
      return [found.total, found.totalIsExact];
    };
    expect(await counted({ kind: 'program' })).toEqual([1_000, false]);
    expect(await counted({ kind: 'program', q: 'scorer 7' })).toEqual([111, true]);
    expect(await counted({ kind: 'dataset' })).toEqual([titles.length, true]);
  });
});
