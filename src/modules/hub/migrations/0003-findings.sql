-- What files are by their content. A content is inspected once for each extension it goes by, since a name
-- that says something else is a finding; a new inspector inspects again.
create table hub_inspections (
  digest text not null,
  extension text not null,
  size_bytes bigint not null,
  inspector integer not null,
  state text not null check (state in ('waiting', 'clean', 'warning', 'danger', 'failed')),
  format text,
  findings jsonb not null,
  description jsonb,
  attempts integer not null default 0,
  claimed_until timestamptz,
  asked_at timestamptz not null,
  inspected_at timestamptz,
  primary key (digest, extension)
);
create index hub_inspections_waiting on hub_inspections (asked_at) where state = 'waiting';

-- The sum of a revision, for lists; stale where an inspection ended since it was summed.
create table hub_revision_findings (
  repository_id text not null,
  revision_digest text not null,
  waiting_count integer not null,
  failed_count integer not null,
  warning_count integer not null,
  danger_count integer not null,
  stale boolean not null,
  primary key (repository_id, revision_digest),
  foreign key (repository_id, revision_digest) references hub_revisions (repository_id, digest)
);
create index hub_revision_findings_stale on hub_revision_findings (repository_id) where stale;
