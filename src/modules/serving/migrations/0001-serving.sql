-- What may be deployed: a revision with its entry, environment and options, as it was approved.
create table serving_programs (
  id text collate "C" primary key,
  program_digest text not null unique,
  owner_id text not null,
  repository_id text not null,
  revision_digest text not null,
  entry text not null,
  environment text not null,
  environment_digest text not null,
  options jsonb not null,
  options_digest text not null,
  created_at timestamptz not null
);

create table serving_deployments (
  id text collate "C" primary key,
  program_id text not null references serving_programs (id),
  name text not null,
  owner_id text not null,
  -- The files of the revision by path and digest, kept as long as the deployment stands.
  files jsonb not null,
  -- A stop is no state of its own here: see serving_stops.
  state text not null check (state in ('starting', 'running', 'failed', 'ended')),
  reason text,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index serving_deployments_starting on serving_deployments (id) where state = 'starting';
create index serving_deployments_program on serving_deployments (program_id);
-- A request to deploy that is sent again finds what it made.
create unique index serving_deployments_name on serving_deployments (program_id, name)
  where state in ('starting', 'running');

create table serving_blobs (
  digest text not null,
  deployment_id text not null references serving_deployments (id),
  primary key (digest, deployment_id)
);

-- One stream of rows of one caller, and how many of them have been answered.
create table serving_sessions (
  id text collate "C" primary key,
  deployment_id text not null references serving_deployments (id),
  caller_id text not null,
  name text not null,
  -- In their order; null before the first row.
  columns jsonb,
  rows_answered bigint not null default 0,
  errors bigint not null default 0,
  restarts bigint not null default 0,
  created_at timestamptz not null,
  unique (deployment_id, caller_id, name)
);

-- Prepaid calls under an agreement.
create table serving_allowances (
  basis text collate "C" primary key,
  program_id text not null references serving_programs (id),
  caller_id text not null,
  calls_granted bigint not null,
  calls_used bigint not null default 0 check (calls_used <= calls_granted),
  created_at timestamptz not null,
  closed_at timestamptz
);
create index serving_allowances_caller on serving_allowances (program_id, caller_id)
  where closed_at is null;

-- The journal: each answer stands here before it is given. Rows and answers are JSON as text, since
-- jsonb would change what a program was given.
create table serving_inferences (
  id text collate "C" primary key,
  deployment_id text not null,
  session_id text not null references serving_sessions (id),
  -- Rows of the session before it.
  position bigint not null,
  row_count integer not null check (row_count > 0),
  flagged integer not null,
  rows text not null,
  predictions text not null,
  request_id text not null,
  caller_id text not null,
  asked_by text not null,
  basis text not null references serving_allowances (basis),
  -- Calls of the basis before it: without gaps, and in the order of commits.
  basis_position bigint not null,
  took_ms real not null,
  created_at timestamptz not null,
  unique (session_id, position),
  unique (session_id, request_id),
  unique (basis, basis_position)
);
create index serving_inferences_deployment on serving_inferences (deployment_id, id desc);

-- Every stop there was. At most one of a target holds.
create table serving_stops (
  id text collate "C" primary key,
  target_type text not null,
  target_id text not null,
  reason text not null,
  stopped_by text not null,
  stopped_at timestamptz not null,
  released_by text,
  release_reason text,
  released_at timestamptz
);
create unique index serving_stops_holding on serving_stops (target_type, target_id)
  where released_at is null;

create table serving_replays (
  id text collate "C" primary key,
  deployment_id text not null references serving_deployments (id),
  requested_by text not null,
  created_at timestamptz not null
);
create index serving_replays_deployment on serving_replays (deployment_id, id desc);

create table serving_replayed_sessions (
  replay_id text not null references serving_replays (id),
  session_id text not null references serving_sessions (id),
  job_id text unique not null,
  inputs bigint not null,
  -- Null while the job runs.
  state text check (state in ('done', 'failed')),
  differences bigint not null default 0,
  finished_at timestamptz,
  primary key (replay_id, session_id)
);
