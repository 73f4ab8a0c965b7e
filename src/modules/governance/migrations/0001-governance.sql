create table governance_assessments (
  id text primary key,
  certificate_id text not null,
  -- Title of the certificate, as words.
  title jsonb not null,
  owner_id text not null,
  -- What it is to be used for, in the owner's words. No rule looks at it.
  purpose text not null,
  answers jsonb not null,
  rules_version text not null,
  tier text not null check (tier in ('minimal', 'limited', 'high', 'prohibited')),
  -- The rules that held on the day, with their citations: later rules change nothing here.
  rules jsonb not null,
  -- SHA-256 over what was assessed: the same sheet again is the same assessment.
  sheet_digest text not null unique,
  assessed_by text not null,
  assessed_at timestamptz not null,
  published boolean not null default false
);
create index governance_assessments_newest
  on governance_assessments (assessed_at desc, id desc);
create index governance_assessments_by_certificate on governance_assessments (certificate_id);

create table governance_approvals (
  id text primary key,
  assessment_id text not null references governance_assessments (id),
  certificate_id text not null,
  owner_id text not null,
  purpose text not null,
  districts text[] not null,
  automation text not null check (automation in ('advisory', 'confirmed', 'automatic')),
  state text not null check (state in ('requested', 'approved', 'refused', 'withdrawn')),
  -- Why there is no approval, as a code; null unless refused.
  refusal text,
  -- What may be deployed, as the certificate's evaluation ran it.
  program jsonb not null,
  program_id text,
  case_id text not null,
  -- The grants that it consists of; they stand on the case.
  grants text[] not null default '{}',
  valid_until timestamptz not null,
  requested_by text not null,
  requested_at timestamptz not null,
  decided_at timestamptz,
  withdrawn_by text,
  withdrawn_reason text,
  withdrawn_at timestamptz,
  check ((state = 'refused') = (refusal is not null)),
  check ((state = 'withdrawn') = (withdrawn_at is not null)),
  check (state not in ('approved', 'withdrawn') or program_id is not null)
);
create index governance_approvals_newest on governance_approvals (requested_at desc, id desc);
create index governance_approvals_by_certificate on governance_approvals (certificate_id);
create index governance_approvals_by_program on governance_approvals (program_id);
create unique index governance_approvals_by_case on governance_approvals (case_id);
create unique index governance_approvals_standing on governance_approvals (assessment_id)
  where state in ('requested', 'approved');

create table governance_watches (
  deployment_id text primary key,
  thresholds jsonb not null,
  -- Whether what goes beyond a threshold stops the deployment.
  stops boolean not null,
  set_by text not null,
  set_at timestamptz not null,
  -- What was measured last, and when.
  readings jsonb,
  looked_at timestamptz,
  -- The deployment has ended: nobody looks any more.
  ended boolean not null default false
);
create index governance_watches_open on governance_watches (deployment_id) where not ended;

create table governance_signals (
  deployment_id text not null,
  kind text not null check (kind in ('incident')),
  at timestamptz not null
);
create index governance_signals_by_deployment on governance_signals (deployment_id, at);
create index governance_signals_by_time on governance_signals (at);

-- From the first reading beyond a threshold until one within it.
create table governance_warnings (
  id text primary key,
  deployment_id text not null,
  measure text not null,
  value double precision not null,
  threshold double precision not null,
  -- The stop that it led to, if it led to one.
  stop_id text,
  raised_at timestamptz not null,
  ended_at timestamptz
);
create index governance_warnings_newest on governance_warnings (raised_at desc, id desc);
create unique index governance_warnings_standing on governance_warnings (deployment_id, measure)
  where ended_at is null;
