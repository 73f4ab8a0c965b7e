-- Rules over observations, the incidents that they open, commands to things, and what the map shows.

create table city_rules (
  id text collate "C" primary key,
  owner_id text not null,
  version integer not null,
  document jsonb not null,
  state text not null check (state in ('active', 'paused')),
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The last observation that the rule is done with; it moves in the transaction that acts.
  position text collate "C",
  -- A span that some server has begun to judge by a deployment: whoever takes it over asks the very same.
  span_until text collate "C",
  span_version integer,
  span_holder text,
  span_lease timestamptz,
  observations bigint not null default 0,
  rows bigint not null default 0,
  incomplete bigint not null default 0,
  late bigint not null default 0,
  matched bigint not null default 0,
  suppressed bigint not null default 0,
  incidents bigint not null default 0,
  last_observed_at timestamptz,
  error text,
  attempts integer not null default 0
);
create index city_rules_owner on city_rules (owner_id, id desc);

create table city_rule_versions (
  rule_id text collate "C" not null references city_rules (id),
  version integer not null,
  document jsonb not null,
  written_by text not null,
  written_at timestamptz not null,
  primary key (rule_id, version)
);

-- What a rule remembers of a thing between readings: unfinished rows, the last rows, how many fitted.
create table city_rule_memories (
  rule_id text collate "C" not null references city_rules (id),
  thing_id text not null,
  memory jsonb not null,
  primary key (rule_id, thing_id)
) with (fillfactor = 50);

create table city_incidents (
  id text collate "C" primary key,
  rule_id text collate "C" not null references city_rules (id),
  rule_version integer not null,
  thing_id text not null,
  owner_id text not null,
  title jsonb not null,
  severity text not null,
  state text not null check (state in ('open', 'acknowledged', 'assigned', 'resolved', 'closed')),
  district text,
  replayed boolean not null,
  deployment_id text,
  readings integer not null,
  first_observed_at timestamptz not null,
  last_observed_at timestamptz not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  -- From the receipt of the reading that raised it to its opening.
  latency_ms integer not null,
  resolved_at timestamptz,
  assignee text,
  outcome text,
  reason text,
  case_id text,
  -- The person's decision about the case, until the case has it.
  case_due jsonb
);
-- One incident of a rule and thing at a time, whatever is killed or runs twice.
create unique index city_incidents_once on city_incidents (rule_id, thing_id)
  where state in ('open', 'acknowledged', 'assigned');
create index city_incidents_state on city_incidents (state, id desc);
create index city_incidents_thing on city_incidents (thing_id, id desc);
create index city_incidents_opened on city_incidents (opened_at);
create index city_incidents_case_due on city_incidents (id) where case_due is not null;

create table city_incident_events (
  id text collate "C" primary key,
  incident_id text collate "C" not null references city_incidents (id),
  at timestamptz not null,
  actor text not null,
  kind text not null,
  text text
);
create index city_incident_events_of on city_incident_events (incident_id, id);

-- The readings before and while it was open, as the rule saw them.
create table city_incident_rows (
  incident_id text collate "C" not null references city_incidents (id),
  at timestamptz not null,
  observation_id text collate "C" not null,
  cells jsonb not null,
  matched boolean not null,
  score double precision,
  primary key (incident_id, at, observation_id)
);

create table city_command_limits (
  thing_id text primary key,
  version integer not null,
  limits jsonb not null
);

create table city_commands (
  id text collate "C" primary key,
  thing_id text not null,
  owner_id text not null,
  incident_id text,
  name text not null,
  parameters jsonb not null,
  reason text not null,
  idempotency_key text not null,
  state text not null check (state in
    ('proposed', 'confirmed', 'sent', 'delivered', 'done', 'failed', 'expired', 'refused')),
  problem text,
  proposed_by text not null,
  proposed_at timestamptz not null,
  confirmed_by text,
  confirmed_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz not null,
  attempts integer not null default 0,
  unique (thing_id, proposed_by, idempotency_key)
);
create index city_commands_unfinished on city_commands (state, expires_at)
  where state in ('proposed', 'confirmed', 'sent', 'delivered');
create index city_commands_of_thing on city_commands (thing_id, id desc);
create index city_commands_of_incident on city_commands (incident_id);

create table city_map_approvals (
  number text not null,
  entered_by text not null,
  entered_at timestamptz primary key
);
