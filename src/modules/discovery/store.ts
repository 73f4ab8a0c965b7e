import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';

/** The only SQL for the tables of discovery. */

type EntryRow = {
  kind: string;
  id: string;
  title: Words;
  summary: Words;
  body: string;
  href: string;
  owner_id: string | null;
  updated_at: Date;
};

export type IndexedRow = EntryRow & {
  title_keys: readonly string[];
  /** These three in PostgreSQL's notation of a tsvector. */
  title_terms: string;
  head_terms: string;
  terms: string;
  indexed_at: Date;
};

/** The id of every candidate of a search, for `access.visible`. */
export const candidateIdColumn: RawBuilder<unknown> = sql.ref('candidates.id');

/** Writes entries; one that was indexed after `unlessAfter` stays as it is. */
export async function upsertEntries(
  tx: Executor,
  rows: readonly IndexedRow[],
  unlessAfter: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(
    (row) => sql`(${row.kind}, ${row.id}, ${json(row.title)}, ${json(row.summary)}, ${row.body},
      ${row.href}, ${row.owner_id}, ${texts(row.title_keys)}, ${row.title_terms}::tsvector,
      ${row.head_terms}::tsvector, ${row.terms}::tsvector, ${row.updated_at}, ${row.indexed_at})`,
  );
  await sql`
    insert into discovery_entries (kind, id, title, summary, body, href, owner_id, title_keys,
      title_terms, head_terms, terms, updated_at, indexed_at)
    values ${sql.join(values)}
    on conflict (kind, id) do update set title = excluded.title, summary = excluded.summary,
      body = excluded.body, href = excluded.href, owner_id = excluded.owner_id,
      title_keys = excluded.title_keys, title_terms = excluded.title_terms,
      head_terms = excluded.head_terms, terms = excluded.terms,
      updated_at = excluded.updated_at, indexed_at = excluded.indexed_at
    where discovery_entries.indexed_at <= ${unlessAfter}`.execute(tx);
}

export async function deleteEntry(tx: Executor, kind: string, id: string): Promise<void> {
  await sql`delete from discovery_entries where kind = ${kind} and id = ${id}`.execute(tx);
}

/** Removes the entries of a kind that were last indexed before an instant. */
export async function deleteStale(tx: Executor, kind: string, before: Date): Promise<void> {
  await sql`delete from discovery_entries
    where kind = ${kind} and indexed_at < ${before}`.execute(tx);
}

export async function builtVersions(db: Executor): Promise<Map<string, number>> {
  const { rows } = await sql<{ kind: string; version: number }>`
    select kind, version from discovery_kinds`.execute(db);
  return new Map(rows.map((row) => [row.kind, row.version]));
}

export async function recordBuilt(
  tx: Executor,
  built: { kind: string; version: number; at: Date },
): Promise<void> {
  await sql`
    insert into discovery_kinds (kind, version, built_at)
    values (${built.kind}, ${built.version}, ${built.at})
    on conflict (kind) do update set version = excluded.version, built_at = excluded.built_at
  `.execute(tx);
}

/** Puts pending words where they belong, and counts words for the planner: PGlite does neither itself. */
export async function tidyIndex(db: Executor): Promise<void> {
  for (const index of ['title', 'head', 'terms', 'keys']) {
    await sql`select gin_clean_pending_list(${`discovery_entries_${index}`}::regclass)`.execute(db);
  }
  await sql`analyze discovery_entries`.execute(db);
}

export type Search = {
  /** In PostgreSQL's notation of a tsquery. */
  tsquery: string;
  /** The whole query, as titles are compared. */
  key: string;
  /** Only this kind. */
  kind: string | undefined;
  /** Each kind with the condition on `candidateIdColumn` under which it shows. */
  shown: readonly { kind: string; visible: RawBuilder<boolean> }[];
  matchesMax: number;
  offset: number;
  limit: number;
};

export type Found = {
  items: (Omit<EntryRow, 'updated_at'> & { updated_at: string; class: number })[];
  facets: { kind: string; count: number }[];
  total: number;
  /** There are more matches than were taken. */
  capped: boolean;
};

const NEWEST_MAX = 200;
const EQUAL_MAX = 50;

/**
 * Matches by class (title equal 0, in the title 1, in title or summary 2, anywhere 3), the newest first
 * in each. The work is bounded, whatever the words: of each class at most `matchesMax` are taken as the
 * index gives them, and the matches among the newest entries besides, so that they come first. Only then
 * is access asked, kind by kind: asked inside the scans, it made the planner hash every resource that
 * there is (200 ms against 20 among 100,000 entries).
 */
export async function searchEntries(db: Executor, search: Search): Promise<Found> {
  const { matchesMax, shown } = search;
  const query = sql`${search.tsquery}::tsquery`;
  const ofKind = search.kind === undefined ? sql`` : sql`and kind = ${search.kind}`;
  // The limit stands outside, where the planner does not see it (a materialised query runs only as far as
  // it is read): for the first 200 matches it would else walk the table and unpack every vector.
  const matching = (column: 'title_terms' | 'head_terms' | 'terms') => sql`
    select kind, id, updated_at from discovery_entries
    where ${sql.ref(column)} @@ ${query} ${ofKind}`;
  const taken = (scan: string, max: number) => sql`
    select kind, id, updated_at from ${sql.ref(scan)} limit ${max}`;
  const halfMax = Math.ceil(matchesMax / 2);
  const visible = shown.map(
    (each) => sql`select kind, id, updated_at, class from candidates
      where kind = ${each.kind} and ${each.visible}`,
  );
  const { rows } = await sql<Found>`
    with equal as materialized (
      select kind, id, updated_at from discovery_entries
      where title_keys @> ${texts([search.key])} ${ofKind} limit ${EQUAL_MAX}
    ),
    title_scan as materialized (${matching('title_terms')}),
    head_scan as materialized (${matching('head_terms')}),
    scan as materialized (${matching('terms')}),
    in_title as materialized (${taken('title_scan', matchesMax)}),
    in_head as materialized (${taken('head_scan', halfMax)}),
    anywhere as materialized (${taken('scan', halfMax)}),
    newest as materialized (
      select kind, id, updated_at from (
        select kind, id, updated_at, title_terms from discovery_entries
        where true ${ofKind} order by updated_at desc limit ${NEWEST_MAX}
      ) as recent where title_terms @@ ${query}
    ),
    candidates as materialized (
      select kind, id, updated_at, min(class) as class from (
        select kind, id, updated_at, 0 as class from equal
        union all select kind, id, updated_at, 1 from in_title
        union all select kind, id, updated_at, 1 from newest
        union all select kind, id, updated_at, 2 from in_head
        union all select kind, id, updated_at, 3 from anywhere
      ) as found group by kind, id, updated_at
    ),
    matches as materialized (${sql.join(visible, sql` union all `)}),
    page as (
      select kind, id, class, updated_at from matches
      order by class, updated_at desc, kind, id limit ${search.limit} offset ${search.offset}
    )
    select
      (select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'id', e.id, 'title', e.title,
          'summary', e.summary, 'body', e.body, 'href', e.href, 'owner_id', e.owner_id,
          'updated_at', e.updated_at, 'class', page.class)
          order by page.class, page.updated_at desc, e.kind, e.id), '[]')
        from page join discovery_entries e on e.kind = page.kind and e.id = page.id) as items,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'count', n) order by n desc, kind),
          '[]') from (select kind, count(*) as n from matches group by kind) as counts) as facets,
      (select count(*) from matches) as total,
      (select count(*) from in_title) >= ${matchesMax}
        or (select count(*) from in_head) >= ${halfMax}
        or (select count(*) from anywhere) >= ${halfMax} as capped`.execute(db);
  return rows[0] ?? { items: [], facets: [], total: 0, capped: false };
}
