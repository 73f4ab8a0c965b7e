create table scenarios_scenarios (
  id text primary key,
  owner_id text not null,
  title jsonb not null,
  summary jsonb not null,
  sector text not null,
  district text,
  state text not null check (state in ('draft', 'published')),
  created_at timestamptz not null,
  published_at timestamptz,
  version int not null
);
create index scenarios_scenarios_newest on scenarios_scenarios (created_at desc, id desc);

create table scenarios_calls (
  id text primary key,
  scenario_id text not null references scenarios_scenarios (id),
  owner_id text not null,
  -- What the owner wrote; complete once publication was asked for.
  draft jsonb not null,
  -- Everything of it that was looked up then: digests of files, programs with their entries.
  frozen jsonb,
  frozen_digest text,
  state text not null,
  state_at timestamptz not null,
  created_at timestamptz not null,
  -- The clock's, copied from the draft when it is frozen.
  opens_at timestamptz,
  closes_at timestamptz,
  opened_at timestamptz,
  closed_at timestamptz,
  settled_at timestamptz,
  publish_case_id text,
  award_case_id text,
  step_due_at timestamptz,
  -- The last step that was followed; facts about earlier ones change nothing.
  case_step_id text,
  -- The leaderboard as it was committed to, with the facts behind it.
  document jsonb,
  opening_fact_id text,
  closing_fact_id text,
  proposed_submission_id text,
  awarded_submission_id text,
  awarded_at timestamptz,
  certificate_id text,
  certified_at timestamptz,
  stop_reason text,
  version int not null
);
create index scenarios_calls_scenario on scenarios_calls (scenario_id);
create index scenarios_calls_newest on scenarios_calls (created_at desc, id desc);
create index scenarios_calls_state on scenarios_calls (state);

create table scenarios_teams (
  id text primary key,
  call_id text not null references scenarios_calls (id),
  organisation_id text not null,
  name text not null,
  joined_at timestamptz not null,
  withdrawn_at timestamptz
);
create unique index scenarios_teams_name on scenarios_teams (call_id, lower(name))
  where withdrawn_at is null;
create unique index scenarios_teams_organisation on scenarios_teams (call_id, organisation_id)
  where withdrawn_at is null;

create table scenarios_submissions (
  id text primary key,
  call_id text not null references scenarios_calls (id),
  -- Null for a baseline of the call's owner.
  team_id text references scenarios_teams (id),
  owner_id text not null,
  name jsonb not null,
  submitted_by text not null,
  received_at timestamptz not null,
  -- {repositoryId, revisionDigest, entry, environment, files: [{path, digest}]}
  program jsonb not null,
  revision_digest text not null,
  options jsonb not null,
  options_digest text not null,
  idempotency_key text,
  state text not null check (state in ('evaluating', 'scored', 'failed', 'withdrawn')),
  state_at timestamptz not null,
  deadline_at timestamptz not null,
  reason text,
  -- False where the platform failed: the attempt costs the team nothing.
  counted boolean not null,
  receipt_fact_id text not null
);
create index scenarios_submissions_call on scenarios_submissions (call_id, received_at, id);
create index scenarios_submissions_team on scenarios_submissions (team_id, received_at);
create index scenarios_submissions_deadline on scenarios_submissions (deadline_at)
  where state = 'evaluating';
create unique index scenarios_submissions_key
  on scenarios_submissions (call_id, coalesce(team_id, owner_id), idempotency_key)
  where idempotency_key is not null;

-- The two evaluations of a submission, as the module assurance told of them.
create table scenarios_evaluations (
  evaluation_id text primary key,
  submission_id text not null references scenarios_submissions (id),
  dataset_kind text not null check (dataset_kind in ('public', 'hidden')),
  state text not null check (state in ('running', 'done', 'failed')),
  finished_at timestamptz,
  reason text,
  -- Body of its score fact.
  score jsonb,
  score_fact_id text,
  unique (submission_id, dataset_kind)
);

-- Every time that a team's rank changed.
create table scenarios_positions (
  sequence bigint generated always as identity primary key,
  call_id text not null references scenarios_calls (id),
  at timestamptz not null,
  team_id text not null references scenarios_teams (id),
  submission_id text not null references scenarios_submissions (id),
  rank int not null,
  score double precision not null
);
create index scenarios_positions_call on scenarios_positions (call_id, sequence desc);
