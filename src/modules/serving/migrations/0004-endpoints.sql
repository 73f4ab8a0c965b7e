-- How many processes of a model each server keeps ready, and how many it may run.
alter table serving_trials add column replicas_min integer not null default 0;
alter table serving_trials add column replicas_max integer not null default 1;
create index serving_trials_warm on serving_trials (id) where state = 'open' and replicas_min > 0;

-- Stable names of calls, whose traffic goes to one trial of a repository and a share of it to others.
create table serving_endpoints (
  id text collate "C" primary key,
  repository_id text not null,
  owner_id text not null,
  name text not null,
  -- That of the traffic that holds.
  version integer not null,
  state text not null check (state in ('open', 'ended')),
  reason text,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index serving_endpoints_repository on serving_endpoints (repository_id, id desc);
create index serving_endpoints_owner on serving_endpoints (owner_id) where state = 'open';
-- A request to create that is sent again finds what it made.
create unique index serving_endpoints_name on serving_endpoints (repository_id, name)
  where state = 'open';

-- All traffic that there was, in its order.
create table serving_traffic (
  endpoint_id text collate "C" not null references serving_endpoints (id),
  version integer not null,
  primary_trial text not null references serving_trials (id),
  canary_trial text references serving_trials (id),
  canary_percent integer not null check (canary_percent between 0 and 100),
  shadow_trial text references serving_trials (id),
  shadow_percent integer not null check (shadow_percent between 0 and 100),
  -- The version whose traffic a rollback brought back; null where it was set.
  rolled_back_to integer,
  -- The version that a rollback goes to; null where there is none before.
  before integer,
  reason text not null,
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (endpoint_id, version)
);
