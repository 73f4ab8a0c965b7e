-- One row for each thing that can be found. All of it comes from other modules and can be rebuilt.
create table discovery_entries (
  kind text not null,
  id text not null,
  title jsonb not null,
  summary jsonb not null,
  body text not null,
  href text not null,
  owner_id text,
  -- Titles as the index compares them, to put equal ones first.
  title_keys text[] not null,
  -- Words of the title, of title and summary, and of everything; without places.
  title_terms tsvector not null,
  head_terms tsvector not null,
  terms tsvector not null,
  updated_at timestamptz not null,
  indexed_at timestamptz not null,
  primary key (kind, id)
);
-- Every search reads the lists of pending words, so they are kept short; none at all would make the
-- index build three times slower (7.9 ms an entry against 2.2).
create index discovery_entries_keys on discovery_entries
  using gin (title_keys) with (gin_pending_list_limit = 512);
create index discovery_entries_title on discovery_entries
  using gin (title_terms) with (gin_pending_list_limit = 512);
create index discovery_entries_head on discovery_entries
  using gin (head_terms) with (gin_pending_list_limit = 512);
create index discovery_entries_terms on discovery_entries
  using gin (terms) with (gin_pending_list_limit = 512);
-- The newest entries are always looked at, so that they are found first even by common words.
create index discovery_entries_updated on discovery_entries (updated_at desc);

-- By which version of the index each kind was last built as a whole.
create table discovery_kinds (
  kind text primary key,
  version integer not null,
  built_at timestamptz not null
);
