-- Branches and tags beside the latest revision, which is the branch main. A name for a revision, that may
-- be moved (branch) or removed; null: of the empty list of files.
create table hub_refs (
  repository_id text not null references hub_repositories (id),
  kind text not null check (kind in ('branch', 'tag')),
  name text not null,
  revision_digest text,
  message text not null,
  set_by text not null,
  set_at timestamptz not null,
  primary key (repository_id, kind, name),
  foreign key (repository_id, revision_digest) references hub_revisions (repository_id, digest)
);

-- Leave to upload one file of a known digest to one repository, to whoever holds the token.
create table hub_tickets (
  token_hash bytea primary key,
  repository_id text not null references hub_repositories (id),
  digest text not null,
  size_bytes bigint not null,
  given_to text not null,
  expires_at timestamptz not null
);
create index hub_tickets_expiry on hub_tickets (expires_at);
