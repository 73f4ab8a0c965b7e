-- A month, or what came in of it after it had been closed (part 2 and on). One part a month is open.
create table observatory_periods (
  month text not null,
  part int not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by text,
  closing_fact_id text,
  primary key (month, part)
);
create unique index observatory_periods_open on observatory_periods (month) where closed_at is null;

-- Each fact counts once for an indicator, whatever is replayed.
create table observatory_counted_facts (
  indicator_id text not null,
  fact_id text not null,
  month text not null,
  part int not null,
  fact_time timestamptz not null,
  subject text not null,
  amount bigint not null,
  primary key (indicator_id, fact_id),
  foreign key (month, part) references observatory_periods (month, part)
);
create index observatory_counted_facts_period
  on observatory_counted_facts (indicator_id, month, part, fact_time, fact_id);

-- What a closed period committed to, one row an indicator.
create table observatory_closings (
  indicator_id text not null,
  month text not null,
  part int not null,
  count bigint not null,
  value bigint not null,
  document jsonb not null,
  fact_id text not null,
  primary key (indicator_id, month, part),
  foreign key (month, part) references observatory_periods (month, part)
);

create table observatory_imports (
  id text primary key,
  organisation_id text not null,
  created_by text not null,
  created_for text,
  created_at timestamptz not null,
  file_name text not null,
  format text not null,
  encoding text not null,
  digest text not null,
  -- [{row, indicatorId, period, value, source, sourceUrl, note, errors: [{column, code, found}]}]
  rows jsonb not null,
  errors int not null,
  confirmed_at timestamptz
);

create table observatory_values (
  id text primary key,
  indicator_id text not null,
  period text not null,
  -- At most six decimals, or a whole number that a double holds exactly.
  value double precision not null,
  source text not null,
  source_url text,
  note text not null,
  organisation_id text not null,
  import_id text references observatory_imports (id),
  state text not null check (state in ('draft', 'reviewed', 'returned', 'published')),
  entered_by text not null,
  -- The person for whom a delegate entered it.
  entered_for text,
  entered_at timestamptz not null,
  entered_fact_id text not null,
  -- The vintage that was the newest when it was entered; 0 for none.
  follows int not null,
  reviewed_by text,
  reviewed_at timestamptz,
  review_reason text,
  reviewed_fact_id text,
  published_at timestamptz,
  published_fact_id text,
  -- 1, 2, … in the order of publication.
  vintage int,
  document jsonb,
  unique (indicator_id, period, vintage),
  check ((state = 'published') = (vintage is not null)),
  check (state in ('draft') or reviewed_by is not null),
  check (reviewed_by is distinct from entered_by),
  check (reviewed_by is null or reviewed_by is distinct from entered_for)
);
create index observatory_values_newest on observatory_values (entered_at desc, id desc);
create index observatory_values_waiting on observatory_values (organisation_id) where state = 'draft';
