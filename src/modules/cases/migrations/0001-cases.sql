-- A case keeps the procedure in the form in which it was opened, so that an upgrade moves no running case.
create table cases_cases (
  id text primary key,
  procedure text not null,
  procedure_form jsonb not null,
  subject_type text not null,
  subject_id text not null,
  title jsonb not null,
  link text not null,
  owner_id text not null,
  -- Parties beside the owner who have an interest, for recusal.
  interested text[] not null,
  -- Periods of this case that replace the procedure's, by step.
  deadlines jsonb not null,
  opened_by text not null,
  basis text not null,
  opened_at timestamptz not null,
  state text not null check (state in ('open', 'closed')),
  outcome text,
  closed_at timestamptz,
  step_id text,
  check ((state = 'closed') = (outcome is not null))
);
-- The same basis cannot have two open cases of one procedure: opening twice gives the same case.
create unique index cases_cases_basis on cases_cases (procedure, basis) where state = 'open';
create index cases_cases_subject on cases_cases (subject_id);
create index cases_cases_newest on cases_cases (opened_at desc, id desc);
create index cases_cases_owner on cases_cases (owner_id);

create table cases_steps (
  id text primary key,
  case_id text not null references cases_cases (id),
  ordinal int not null,
  name text not null,
  kind text not null check (kind in ('decision', 'notice')),
  state text not null check (state in ('open', 'decided', 'cancelled')),
  opened_at timestamptz not null,
  due_at timestamptz not null,
  demonstration boolean not null,
  remind_at timestamptz,
  reminded_at timestamptz,
  escalated_at timestamptz,
  assignee text,
  decision text,
  decided_by text,
  decided_at timestamptz,
  reason text,
  reason_digest text,
  unique (case_id, ordinal),
  check ((state = 'decided') = (decision is not null))
);
create unique index cases_steps_open on cases_steps (case_id) where state = 'open';
create index cases_steps_due on cases_steps (due_at) where state = 'open';

-- Who decides a visit of a step: a party, or `role:<platform role>`. The inbox reads it; access decides by grants.
create table cases_deciders (
  step_id text not null references cases_steps (id),
  subject text not null,
  primary key (step_id, subject)
);
create index cases_deciders_subject on cases_deciders (subject);

create table cases_objections (
  id text primary key,
  case_id text not null references cases_cases (id),
  step_id text not null references cases_steps (id),
  raised_by text not null,
  raised_at timestamptz not null,
  reason text not null,
  state text not null check (state in ('open', 'upheld', 'dismissed', 'withdrawn', 'lapsed')),
  decided_by text,
  decided_at timestamptz,
  decision_reason text
);
create index cases_objections_step on cases_objections (step_id);

create table cases_events (
  sequence bigint generated always as identity primary key,
  case_id text not null references cases_cases (id),
  at timestamptz not null,
  actor text not null,
  kind text not null,
  step text,
  text text
);
create index cases_events_case on cases_events (case_id, sequence);

create table cases_calendar (
  day date primary key,
  kind text not null check (kind in ('holiday', 'working')),
  title jsonb not null,
  source text not null
);
create table cases_calendar_version (
  single boolean primary key default true check (single),
  version int not null
);
insert into cases_calendar_version (version) values (1);
