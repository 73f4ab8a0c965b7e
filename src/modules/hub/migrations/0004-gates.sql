-- A gated repository shows its description and the names of its files, and gives the files to those whose
-- request was accepted; null: it is not gated.
alter table hub_repositories add column gated text check (gated in ('auto', 'manual'));

-- Who asked for the files of a gated repository, or was given them: one row a party. An accepted one stands
-- behind a grant of hub.file.read whose basis is its id.
create table hub_access_requests (
  id text primary key,
  repository_id text not null references hub_repositories (id),
  party_id text not null,
  state text not null check (state in ('pending', 'accepted', 'rejected')),
  answers jsonb not null,
  reason text not null,
  asked_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  unique (repository_id, party_id)
);
create index hub_access_requests_listed on hub_access_requests (repository_id, asked_at desc, id desc);
