-- What happened. The log's entry for a fact is its commitment; body and salt open it and can go.
create table kernel_facts (
  -- The order in which facts were inserted, which is not quite the order in which they became visible.
  sequence bigint generated always as identity primary key,
  id text not null unique,
  kind text not null,
  subject text not null,
  actor text not null,
  time timestamptz not null,
  body jsonb,
  salt bytea,
  commitment bytea not null check (length(commitment) = 32),
  erased_at timestamptz,
  check ((body is null) = (erased_at is not null) and (salt is null) = (erased_at is not null))
);
create index kernel_facts_by_subject on kernel_facts (subject, sequence);

-- Places in the log: the fact of sequence s has the place position + (s - sequence) in its run. Runs
-- instead of a column: updating every fact again costs as much as inserting it.
create table kernel_fact_runs (
  position bigint primary key,
  sequence bigint not null unique,
  length bigint not null check (length > 0)
);

-- Sequence numbers below the highest placed one that were not visible then: their transactions were
-- still open, or rolled back. Bounds belong to the gap.
create table kernel_fact_gaps (
  first bigint primary key,
  last bigint not null check (last >= first)
);

-- Tiles of height 8 (https://c2sp.org/tlog-tiles): up to 256 hashes of 32 bytes. The last tile of a
-- level grows in place; a partial tile of an older size is a beginning of it.
create table kernel_ledger_tiles (
  level smallint not null,
  index bigint not null,
  hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (level, index)
);
-- Hashes do not compress.
alter table kernel_ledger_tiles alter column hashes set storage external;

-- Every checkpoint that this log ever signed and still keeps; the largest is the log's state.
create table kernel_ledger_checkpoints (
  size bigint primary key,
  root bytea not null check (length(root) = 32),
  -- The signed note without cosignatures.
  note text not null,
  signed_at timestamptz not null
);
create table kernel_ledger_cosignatures (
  size bigint not null references kernel_ledger_checkpoints (size) on delete cascade,
  witness text not null,
  -- One signature line of a note, with its newline.
  line text not null,
  primary key (size, witness)
);
create index kernel_ledger_cosignatures_by_witness on kernel_ledger_cosignatures (witness, size);

-- How far each subscriber has read the log: the position of the next fact.
create table kernel_fact_cursors (
  subscriber text primary key,
  position bigint not null,
  -- Of the fact at which it stands still, if it does.
  error text,
  error_attempts integer not null default 0,
  error_at timestamptz
);
