-- Machines that run jobs, as each says of itself while it lives.
create table compute_hosts (
  id text primary key,
  name text not null,
  pool text not null,
  isolation text not null,
  environments jsonb not null,
  environment_names text[] not null,
  slots integer not null,
  advice text,
  started_at timestamptz not null,
  seen_at timestamptz not null
);

create table compute_jobs (
  id text collate "C" primary key,
  owner_id text not null,
  -- What it is run for: the id of an evaluation, or empty.
  basis text not null,
  requested_by text not null,
  environment text not null,
  mode text not null check (mode in ('rows', 'batch')),
  spec jsonb not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'stopped')),
  reason text,
  detail text,
  -- Times it was begun. With the host it marks one attempt: only that one may end the job.
  attempt integer not null default 0,
  not_before timestamptz not null,
  host_id text,
  lease_until timestamptz,
  -- When its present state has lasted too long.
  due_at timestamptz,
  stop_requested_at timestamptz,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  outputs jsonb not null default '[]',
  usage jsonb,
  environment_digest text,
  isolation text,
  logs_digest text,
  logs_truncated boolean not null default false
);
create index compute_jobs_waiting on compute_jobs (created_at) where state = 'waiting';
create index compute_jobs_running on compute_jobs (owner_id) where state = 'running';
create index compute_jobs_owner on compute_jobs (owner_id, id desc);
create index compute_jobs_basis on compute_jobs (basis);

-- Objects that jobs refer to, so that a sweep keeps them.
create table compute_blobs (
  digest text not null,
  job_id text not null references compute_jobs (id),
  primary key (digest, job_id)
);
