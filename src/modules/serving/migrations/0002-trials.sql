-- Models that people may try before they are certified.
create table serving_trials (
  id text collate "C" primary key,
  repository_id text not null,
  owner_id text not null,
  revision_digest text not null,
  -- The version that clients name.
  revision_number integer not null,
  path text not null,
  name text not null,
  size_bytes bigint not null,
  batch_max integer not null,
  delay_ms integer not null,
  -- Inputs and outputs, once the model was loaded.
  ports jsonb,
  -- A stop is no state of its own here: see serving_stops.
  state text not null check (state in ('open', 'ended')),
  reason text,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index serving_trials_repository on serving_trials (repository_id, id desc);
create index serving_trials_owner on serving_trials (owner_id) where state = 'open';
-- A request to create that is sent again finds what it made.
create unique index serving_trials_model on serving_trials (repository_id, revision_digest, path)
  where state = 'open';

-- The model and its external data, by their paths from the folder of the model.
create table serving_trial_files (
  trial_id text not null references serving_trials (id),
  path text not null,
  digest text not null,
  primary key (trial_id, path)
);
create index serving_trial_files_digest on serving_trial_files (digest);

-- Calls that were answered: counted before the answer was given.
create table serving_trial_usage (
  trial_id text collate "C" not null references serving_trials (id),
  caller_id text collate "C" not null,
  minute timestamptz not null,
  calls bigint not null,
  rows bigint not null,
  primary key (trial_id, minute, caller_id)
);
