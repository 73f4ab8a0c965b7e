create table hub_repositories (
  id text primary key,
  kind text not null check (kind in ('algorithm', 'dataset', 'program')),
  owner_id text not null,
  name text not null,
  title jsonb not null,
  summary jsonb not null,
  audience text not null check (audience in ('owner', 'members', 'public')),
  licence text not null,
  tags text[] not null,
  sector text,
  task text,
  state text not null default 'active' check (state in ('active', 'archived')),
  head_digest text,
  revisions_count integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (owner_id, name)
);
create index hub_repositories_updated on hub_repositories (updated_at desc, id desc);

create table hub_revisions (
  repository_id text not null references hub_repositories (id),
  digest text not null,
  number integer not null,
  parent_digest text,
  message text not null,
  request_key text,
  author_id text not null,
  files_count integer not null,
  size_bytes bigint not null,
  cautions_count integer not null,
  card jsonb,
  published_at timestamptz not null,
  primary key (repository_id, digest),
  unique (repository_id, number),
  unique (repository_id, request_key)
);
create index hub_revisions_digest on hub_revisions (digest);

create table hub_files (
  repository_id text not null,
  revision_digest text not null,
  path text collate "C" not null,
  digest text not null,
  size_bytes bigint not null,
  media_type text not null,
  caution text,
  primary key (repository_id, revision_digest, path),
  foreign key (repository_id, revision_digest) references hub_revisions (repository_id, digest)
);
-- Which objects are in use, and whether a digest was published in a repository before.
create index hub_files_digest on hub_files (digest, repository_id);

-- Files that were uploaded to a repository and are in no revision of it yet.
create table hub_uploads (
  repository_id text not null references hub_repositories (id),
  digest text not null,
  size_bytes bigint not null,
  uploaded_by text not null,
  uploaded_at timestamptz not null,
  primary key (repository_id, digest)
);
create index hub_uploads_digest on hub_uploads (digest);
create index hub_uploads_at on hub_uploads (uploaded_at);
