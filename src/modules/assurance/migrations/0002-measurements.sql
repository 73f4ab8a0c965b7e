-- An algorithm's answers over the cases of a suite, judged by the metric of its task.
create table assurance_measurements (
  id text collate "C" primary key,
  trial_id text not null,
  repository_id text not null,
  owner_id text not null,
  -- Of the algorithm, when it was measured.
  title jsonb not null,
  revision_digest text not null,
  revision_number integer not null,
  path text not null,
  task text not null,
  suite_id text not null,
  suite_owner_id text not null,
  suite_digest text not null,
  suite_name jsonb not null,
  suite_source text not null,
  suite_licence text not null,
  -- Whether whoever is signed in could read the suite: then outputs are kept too, and the score counts in the catalogue.
  suite_open boolean not null,
  metric text not null,
  cases integer not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'stopped')),
  reason_code text,
  cases_done integer not null default 0,
  cases_failed integer not null default 0,
  -- The server that asks the cases, while its lease lasts.
  server_id text,
  leased_until timestamptz,
  -- Faults of the platform so far, and when it is tried again after one.
  faults integer not null default 0,
  retry_at timestamptz,
  score double precision,
  interval_low double precision,
  interval_high double precision,
  figures jsonb,
  median_ms double precision,
  p90_ms double precision,
  environment_digest text,
  -- Over the case ids and the digests of their outputs, in order.
  outputs_digest text,
  repeat_of text references assurance_measurements (id),
  repeat_outcome text check (repeat_outcome in ('same', 'different', 'failed')),
  -- Cases whose outputs are not those of the first.
  differing integer,
  fact_id text,
  requested_by text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  check ((state = 'done') = (score is not null)),
  check ((finished_at is not null) = (state in ('done', 'failed', 'stopped')))
);
-- A request that is sent again finds what it made.
create unique index assurance_measurements_open on assurance_measurements (trial_id, suite_digest)
  where state in ('waiting', 'running');
create index assurance_measurements_due on assurance_measurements (created_at)
  where state in ('waiting', 'running');
create index assurance_measurements_repository on assurance_measurements (repository_id, id desc);
create index assurance_measurements_suite on assurance_measurements (suite_id, id desc);
create index assurance_measurements_repeats on assurance_measurements (repeat_of, id)
  where repeat_of is not null;

-- Each case counts once, however often its measurement was begun again.
create table assurance_measured_cases (
  measurement_id text collate "C" not null references assurance_measurements (id),
  -- In the suite, from 0.
  place integer not null,
  case_id text not null,
  -- Why there is no answer that fits: a code; null where there is one.
  problem text,
  -- 0: wholly wrong, 1: wholly right.
  score double precision not null,
  -- What the case adds to the metric.
  tally jsonb not null,
  output_digest text,
  -- Whether the output stands in the blobs under its digest.
  output_kept boolean not null,
  took_ms double precision,
  primary key (measurement_id, place)
);
create index assurance_measured_cases_worst on assurance_measured_cases (measurement_id, score, place);
create index assurance_measured_cases_output on assurance_measured_cases (output_digest)
  where output_kept;
