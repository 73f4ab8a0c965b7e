-- One vector of words for each entry instead of three, with a mark before each word that says where it
-- stands; and the facets. Everything here is built again from the modules.
drop table discovery_entries;
delete from discovery_kinds;
create table discovery_entries (
  kind text not null,
  id text not null,
  -- 2: results measured here, 1: claimed by its publisher, 0: none.
  standing smallint not null,
  updated_at timestamptz not null,
  -- `<facet>=<value>`, as the words have it.
  facets text[] not null,
  -- What measurements name; null where there is none.
  revision_digest text,
  href text not null,
  owner_id text,
  indexed_at timestamptz not null,
  title jsonb not null,
  summary jsonb not null,
  body text not null,
  terms tsvector not null,
  primary key (kind, id)
  -- Long columns stand aside, so that 100,000 rows to rank are 13 MB and not 400.
) with (toast_tuple_target = 128);
-- Uncompressed: looking at the newest 200 then costs 4 ms less.
alter table discovery_entries alter column terms set storage external;
-- These stay, for they are read of every match: 600 of them cost 19 ms from aside, and 2 from here.
alter table discovery_entries alter column facets set storage main;
-- Every search reads the list of pending words, so it is kept short but while the index is built.
create index discovery_entries_terms on discovery_entries using gin (terms);
create index discovery_entries_best
  on discovery_entries (standing desc, updated_at desc, kind, id);
-- The newest entries are always looked at, so that they are found first even by common words.
create index discovery_entries_updated on discovery_entries (updated_at desc);
create index discovery_entries_revision on discovery_entries (revision_digest)
  where revision_digest is not null;

-- The best `depth` of at most `matches_max` matches; `taken` says how many were looked at. A function, since
-- the planner else takes reading the table for cheap, not knowing that each vector is fetched from aside
-- (208 ms against 12 for a character that half of 100,000 entries have). `rows 100`: access is then asked
-- entry by entry, and not by reading all resources that there are.
create function discovery_matches(query tsquery, matches_max integer, depth integer)
returns table (
  kind text, id text, standing smallint, updated_at timestamptz, facets text[], taken bigint
)
language sql stable rows 100 set enable_seqscan = off as $$
  with matches as materialized (
    select e.kind, e.id, e.standing, e.updated_at, e.facets from discovery_entries e
    where e.terms @@ query limit matches_max
  )
  select m.kind, m.id, m.standing, m.updated_at, m.facets, (select count(*) from matches)
  from matches m order by m.standing desc, m.updated_at desc, m.kind, m.id limit depth
$$;

-- The best entries with these facets, from the best on: for facets that many have. A function, since the planner
-- else sorts the table, taking every facet for rare (67 ms against 2 among 100,000 entries).
create function discovery_best(with_facets text[], depth integer)
returns table (
  kind text, id text, standing smallint, updated_at timestamptz, facets text[], taken bigint
)
language sql stable rows 100 set enable_seqscan = off set enable_sort = off as $$
  select e.kind, e.id, e.standing, e.updated_at, e.facets, depth::bigint from discovery_entries e
  where e.facets @> with_facets
  order by e.standing desc, e.updated_at desc, e.kind, e.id limit depth
$$;

-- What facts say of revisions: that they were measured, and what uses them.
create table discovery_uses (
  revision_digest text not null,
  -- Of what uses it, such as `certificate` or `call`.
  kind text not null,
  id text not null,
  relation text not null,
  since timestamptz not null,
  score double precision,
  valid_until timestamptz,
  ended_at timestamptz,
  primary key (revision_digest, kind, id, relation)
);
create index discovery_uses_of on discovery_uses (kind, id);
