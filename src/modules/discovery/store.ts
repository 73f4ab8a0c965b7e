import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';

/** The only SQL for the entries of discovery. */

export type EntryRow = {
  kind: string;
  id: string;
  title: Words;
  summary: Words;
  body: string;
  href: string;
  owner_id: string | null;
  updated_at: Date;
  facets: readonly string[];
  revision_digest: string | null;
};

export type IndexedRow = EntryRow & {
  /** 2: results measured here, 1: claimed by its publisher, 0: none. */
  standing: 0 | 1 | 2;
  /** In PostgreSQL's notation of a tsvector. */
  terms: string;
  indexed_at: Date;
};

/** The id of every candidate of a search, for `access.visible`. */
export const candidateIdColumn: RawBuilder<unknown> = sql.ref('candidates.id');

/** Writes entries, each once; one that was indexed after `unlessAfter` stays as it is. */
export async function upsertEntries(
  tx: Executor,
  rows: readonly IndexedRow[],
  unlessAfter: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into discovery_entries (kind, id, standing, updated_at, facets, revision_digest, href,
      owner_id, indexed_at, title, summary, body, terms)
    select kind, id, standing, updated_at, array(select jsonb_array_elements_text(facets)),
      revision_digest, href, owner_id, indexed_at, title, summary, body, terms::tsvector
    from jsonb_to_recordset(${json(rows)}) as row(kind text, id text, standing smallint,
      updated_at timestamptz, facets jsonb, revision_digest text, href text, owner_id text,
      indexed_at timestamptz, title jsonb, summary jsonb, body text, terms text)
    on conflict (kind, id) do update set standing = excluded.standing,
      updated_at = excluded.updated_at, facets = excluded.facets,
      revision_digest = excluded.revision_digest, href = excluded.href,
      owner_id = excluded.owner_id, indexed_at = excluded.indexed_at, title = excluded.title,
      summary = excluded.summary, body = excluded.body, terms = excluded.terms
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

/**
 * How many words wait before they go to their places, in this transaction: every search reads those that
 * wait, and many at once cost the index far less each.
 */
export async function letWordsWait(tx: Executor, kilobytes: number): Promise<void> {
  await sql`select set_config('gin_pending_list_limit', ${String(kilobytes)}, true),
    set_config('work_mem', ${`${Math.max(4096, 2 * kilobytes)}kB`}, true)`.execute(tx);
}

/** Puts waiting words where they belong, and counts words for the planner: PGlite does neither itself. */
export async function tidyIndex(db: Executor): Promise<void> {
  await sql`select gin_clean_pending_list('discovery_entries_terms'::regclass)`.execute(db);
  await sql`analyze discovery_entries`.execute(db);
}

/** Entries of a revision, to be read again when something is measured. */
export async function entriesOfRevision(
  db: Executor,
  revisionDigest: string,
): Promise<{ kind: string; id: string }[]> {
  const { rows } = await sql<{ kind: string; id: string }>`
    select kind, id from discovery_entries
    where revision_digest = ${revisionDigest} order by kind, id limit 1000`.execute(db);
  return rows;
}

/** Each kind with the condition on `candidateIdColumn` under which it shows. */
export type Shown = readonly { kind: string; visible: RawBuilder<boolean> }[];

export type Match = {
  kind: string;
  id: string;
  standing: number;
  /** Seconds of the epoch. */
  updatedAt: number;
  facets: readonly string[];
};

export type Matches = {
  /** Those that show, the best first. */
  items: readonly Match[];
  /** How many were looked at before the best were taken, and how many were, shown or not. */
  taken: number;
  ranked: number;
};

const NEWEST_MAX = 200;

const MATCH = sql`kind, id, standing, updated_at, facets`;
const BEST_FIRST = sql`standing desc, updated_at desc, kind, id`;
const itemsOf = sql`jsonb_agg(jsonb_build_object('kind', kind, 'id', id, 'standing', standing,
  'updatedAt', extract(epoch from updated_at)::float8, 'facets', facets) order by ${BEST_FIRST})`;

/**
 * The best matches that show: of at most `matchesMax` that the index gives, the `depth` best, and of these
 * the `limit` best ones that may be seen. Access is asked last: asked inside the scans, it made the planner hash every
 * resource that there is (200 ms against 20 among 100,000 entries).
 */
export async function bestMatches(
  db: Executor,
  asked: { tsquery: string; matchesMax: number; depth: number; limit: number; shown: Shown },
): Promise<Matches> {
  const { tsquery, matchesMax, depth, limit, shown } = asked;
  return visibleOf(
    db,
    sql`select * from discovery_matches(${tsquery}::tsquery, ${matchesMax}, ${depth})`,
    { shown, limit },
  );
}

const noMatches: Matches = { items: [], taken: 0, ranked: 0 };

/**
 * `bestMatches` of several questions in one statement: each is asked only where those before it gave fewer than
 * `depth` in all, shown or not; null for one that was not asked.
 */
export async function bestOfEach(
  db: Executor,
  asked: {
    tsqueries: readonly string[];
    matchesMax: number;
    depth: number;
    limit: number;
    shown: Shown;
  },
): Promise<(Matches | null)[]> {
  const { tsqueries, matchesMax, depth, limit, shown } = asked;
  const names = tsqueries.map((_, place) => sql.ref(`look_${place}`));
  const looks = tsqueries.map((tsquery, place) => {
    const before = names.slice(0, place).map((name) => sql`(select count(*) from ${name})`);
    const fewer = sql`${sql.join([sql`0`, ...before], sql` + `)} < ${depth}::integer`;
    return sql`${names[place]} as materialized (
      select ${place}::integer as place, found.*
      from discovery_matches(${tsquery}::tsquery, ${matchesMax}, ${depth}) as found
      where ${fewer})`;
  });
  const all = names.map((name) => sql`select * from ${name}`);
  const { rows } = await sql<Matches & { place: number }>`
    with ${sql.join(looks)},
      candidates as materialized (${sql.join(all, sql` union all `)}),
      seen as (
        select *, row_number() over (partition by place order by ${BEST_FIRST}) as rank
        from (${seenBy(shown, sql`place, ${MATCH}`)}) as visible
      ),
      found as (select place, ${itemsOf} as items from seen where rank <= ${limit} group by place),
      sizes as (select place, max(taken) as taken, count(*) as ranked from candidates group by place)
    select place, taken, ranked, coalesce(items, '[]') as items
    from sizes left join found using (place)`.execute(db);
  let before = 0;
  return tsqueries.map((_, place) => {
    if (before >= depth) return null;
    const found = rows.find((row) => row.place === place) ?? noMatches;
    before += found.ranked;
    return found;
  });
}

/** The matches among the newest entries. */
export async function newestMatches(
  db: Executor,
  asked: { tsquery: string; shown: Shown; limit: number },
): Promise<Matches> {
  const recent = sql`
    select kind, id, standing, updated_at, facets, 0::bigint as taken from (
      select kind, id, standing, updated_at, facets, terms from discovery_entries
      order by updated_at desc limit ${NEWEST_MAX}
    ) as recent where terms @@ ${asked.tsquery}::tsquery`;
  return visibleOf(db, recent, asked);
}

/**
 * The best of all entries that have these facets, from the best on: to be asked where many have them, or
 * none is given.
 */
export async function bestEntries(
  db: Executor,
  asked: { facets: readonly string[]; depth: number; limit: number; shown: Shown },
): Promise<Matches> {
  const best = sql`select * from discovery_best(${texts(asked.facets)}, ${asked.depth})`;
  return visibleOf(db, best, asked);
}

async function visibleOf(
  db: Executor,
  candidates: RawBuilder<unknown>,
  { shown, limit }: { shown: Shown; limit: number },
): Promise<Matches> {
  const { rows } = await sql<Matches>`
    with candidates as materialized (${candidates})
    select coalesce((
        select ${itemsOf}
        from (select ${MATCH} from (${seenBy(shown, MATCH)}) as seen
          order by ${BEST_FIRST} limit ${limit}) as found),
        '[]') as items,
      (select coalesce(max(taken), 0) from candidates) as taken,
      (select count(*) from candidates) as ranked`.execute(db);
  return rows[0] ?? noMatches;
}

/** Those of the rows `candidates` that show. */
const seenBy = (shown: Shown, columns: RawBuilder<unknown>) =>
  sql.join(
    shown.map(
      (each) => sql`select ${columns} from candidates
        where kind = ${each.kind} and ${each.visible}`,
    ),
    sql` union all `,
  );

/** Entries in the order in which they are asked for; those that have gone are left out. */
export async function readEntries(
  db: Executor,
  keys: readonly { kind: string; id: string }[],
): Promise<EntryRow[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<EntryRow>`
    select e.kind, e.id, title, summary, body, href, owner_id, updated_at, facets,
      revision_digest
    from jsonb_to_recordset(${json(keys.map(({ kind, id }, place) => ({ kind, id, place })))})
      as asked(kind text, id text, place integer)
    join discovery_entries e on e.kind = asked.kind and e.id = asked.id
    order by asked.place`.execute(db);
  return rows;
}
