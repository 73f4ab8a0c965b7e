import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';

/** The only SQL for the tables of discovery. */

export type EntryRow = {
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

/** The id of every entry, for `access.visible`. */
export const entryIdColumn: RawBuilder<unknown> = sql.ref('discovery_entries.id');
export const entryKindColumn: RawBuilder<unknown> = sql.ref('discovery_entries.kind');

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

/** The planner chooses by how common words are; PGlite never looks by itself. */
export async function analyze(db: Executor): Promise<void> {
  await sql`analyze discovery_entries`.execute(db);
}

export type Search = {
  /** Conditions in PostgreSQL's notation of a tsquery: anywhere, in titles, in titles or summaries. */
  anywhere: string;
  inTitle: string;
  inHead: string;
  key: string;
  kind: string | undefined;
  visible: RawBuilder<boolean>;
  matchesMax: number;
  offset: number;
  limit: number;
};

export type Found = {
  items: (Omit<EntryRow, 'updated_at'> & { updated_at: string; class: number })[];
  facets: { kind: string; count: number }[];
  total: number;
  capped: boolean;
};

/**
 * Matches by class (title equal 0, in the title 1, in title or summary 2, anywhere 3), the newest first in each.
 * Of very many matches the newest in titles and the newest anywhere are taken, `matchesMax` of each: a
 * word that stands in every second entry would else cost a visit to each of them.
 */
export async function searchEntries(db: Executor, search: Search): Promise<Found> {
  const { matchesMax } = search;
  const ofKind = search.kind === undefined ? sql`` : sql`and kind = ${search.kind}`;
  const newest = (condition: RawBuilder<unknown>) => sql`
    (select kind, id, head_terms, title_keys, updated_at from discovery_entries
    where ${condition} ${ofKind} and ${search.visible}
    order by updated_at desc limit ${matchesMax})`;
  const { rows } = await sql<Found>`
    with in_titles as materialized ${newest(sql`head_terms @@ ${search.inTitle}::tsquery`)},
    anywhere as materialized ${newest(sql`terms @@ ${search.anywhere}::tsquery`)},
    matches as materialized (
      select kind, id, updated_at,
        case when ${search.key} = any(title_keys) then 0 else 1 end as class from in_titles
      union all
      select kind, id, updated_at,
        case when head_terms @@ ${search.inHead}::tsquery then 2 else 3 end
      from anywhere where not head_terms @@ ${search.inTitle}::tsquery
    ),
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
      (select count(*) from in_titles) >= ${matchesMax}
        or (select count(*) from anywhere) >= ${matchesMax} as capped`.execute(db);
  return rows[0] ?? { items: [], facets: [], total: 0, capped: false };
}
