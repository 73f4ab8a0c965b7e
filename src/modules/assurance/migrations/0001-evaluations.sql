create table assurance_evaluations (
  id text primary key,
  basis text not null,
  owner_id text not null,
  data_owner_id text not null,
  dataset_kind text not null check (dataset_kind in ('public', 'hidden')),
  dataset_digest text not null,
  revision_digest text not null,
  options_digest text not null,
  -- All inputs by digest: what a repeat runs again.
  spec jsonb not null,
  repeat_of text references assurance_evaluations (id),
  attests boolean not null default false,
  requested_by text not null,
  state text not null
    check (state in ('waiting', 'predicting', 'scoring', 'done', 'failed', 'stopped')),
  phase text not null check (phase in ('predict', 'score')),
  attempt integer not null,
  job_id text,
  -- The last job of each phase, for its log.
  predict_job_id text,
  score_job_id text,
  -- When the present state ends by itself; null once it is final.
  due_at timestamptz,
  -- What the program used; on hidden data shown exactly to the owner of the data alone.
  measured jsonb,
  environment_digest text,
  scorer_environment_digest text,
  isolation text,
  predictions_digest text,
  scores jsonb,
  result_digest text,
  reason_code text,
  -- What the job said where the reason is a word for many; for the owner of the data.
  reason_cause text,
  repeat_outcome text check (repeat_outcome in ('equal', 'different', 'failed')),
  sealed boolean not null,
  disclosed_at timestamptz,
  -- How the score follows from what was disclosed; null where no method of ours gives it.
  method text,
  score_fact_id text,
  attested_fact_id text,
  attested_by text,
  created_at timestamptz not null,
  finished_at timestamptz,
  check ((due_at is null) = (state in ('done', 'failed', 'stopped'))),
  check ((state = 'done') = (scores is not null)),
  check ((job_id is not null) = (state in ('predicting', 'scoring')))
);
create index assurance_evaluations_newest on assurance_evaluations (created_at desc, id desc);
create index assurance_evaluations_by_basis on assurance_evaluations (basis);
create index assurance_evaluations_by_revision on assurance_evaluations (revision_digest);
create unique index assurance_evaluations_by_job
  on assurance_evaluations (job_id) where job_id is not null;
create index assurance_evaluations_due on assurance_evaluations (due_at) where due_at is not null;
create index assurance_evaluations_repeats
  on assurance_evaluations (repeat_of, id) where repeat_of is not null;

-- Which objects an evaluation rests on: they are kept as long as it is.
create table assurance_objects (
  digest text not null,
  evaluation_id text not null references assurance_evaluations (id) on delete cascade,
  primary key (digest, evaluation_id)
);

create table assurance_certificates (
  id text primary key,
  evaluation_id text not null references assurance_evaluations (id),
  basis text not null,
  holder_id text not null,
  issuer_id text not null,
  -- Never changed: its digest is in the ledger.
  document jsonb not null,
  document_digest text not null,
  issued_fact_id text not null,
  issued_at timestamptz not null,
  valid_until timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  revoked_reason text,
  revoked_fact_id text,
  unique (evaluation_id, basis),
  check ((revoked_at is null) = (revoked_reason is null))
);
create index assurance_certificates_newest on assurance_certificates (issued_at desc, id desc);
create index assurance_certificates_by_holder on assurance_certificates (holder_id);
