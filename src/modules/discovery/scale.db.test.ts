import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { nobody } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { createDiscovery, type Discovery, discoverySource } from './index.ts';

const ENTRIES = 20_000;

/** Among 20,000 entries: nothing visible is lost behind what is not, and the index is what answers. */
describe.each(testDatabases())('the search among many entries on $engine', ({ open }) => {
  let db: Database;
  let discovery: Discovery;
  const find = (q: string) => discovery.handlers.search({ q, limit: 20 }, nobody);

  beforeAll(async () => {
    db = await open();
    const permissions = {
      'shelf.book.read': { kind: 'read', resource: 'shelf.book', summary: 'read a book' },
    } as const;
    const sources = [discoverySource];
    const { kernel } = await openTestKernel(db, { sources, declared: [{ permissions }] });
    await sql`
      insert into access_resources (type, id, owner, audience)
      select 'shelf.book', 'book_' || n, 'party_other',
        case when n in (5000, 10000, 15000) then 'public' else 'owner' end
      from generate_series(1, ${ENTRIES}::int) n`.execute(db.read);
    await sql`
      insert into discovery_entries (kind, id, standing, updated_at, facets, href, indexed_at, title,
        summary, body, terms)
      select 'book', 'book_' || n, 0, '2026-01-01'::timestamptz + n * interval '1 s', '{}', '/', now(),
        '{"zh":"数据","en":""}', '{"zh":"","en":""}', '',
        array_to_tsvector(array['!数据', '+数据', '数据', 'n' || n])
      from generate_series(1, ${ENTRIES}::int) n`.execute(db.read);
    const source = {
      ...{ kind: 'book', permission: 'shelf.book.read', factKinds: [] },
      read: async () => null,
      async *readAll() {},
    };
    discovery = createDiscovery(
      { DISCOVERY_TEXT_CHARACTERS_MAX: 1_000, DISCOVERY_MATCHES_MAX: 400 },
      { kernel, sources: [source] },
    );
    await db.raw('analyze discovery_entries; analyze access_resources');
  });
  afterAll(() => db.close());

  it('finds the three that a stranger may see among 20,000 with the same word', async () => {
    const { items, total } = await find('数据');
    expect(items.map((item) => item.id)).toEqual(['book_15000', 'book_10000', 'book_5000']);
    expect(total).toBe(3);
  });

  it('finds one by its rare word, by the index of words and not by a scan', async () => {
    expect((await find('n10000')).items.map((item) => item.id)).toEqual(['book_10000']);
    const scans = await db.transaction(async (tx) => {
      const scansSoFar = async () => {
        const { rows } = await sql<{ words: number; table: number }>`
          select pg_stat_get_xact_numscans('discovery_entries_terms'::regclass) as words,
            pg_stat_get_xact_numscans('discovery_entries'::regclass) as table`.execute(tx);
        return rows[0]!;
      };
      const before = await scansSoFar();
      await sql`select id from discovery_matches('''n10000'':*', 100, 100)`.execute(tx);
      const after = await scansSoFar();
      return { words: after.words - before.words, table: after.table - before.table };
    });
    expect(scans).toEqual({ words: 1, table: 0 });
  });
});
