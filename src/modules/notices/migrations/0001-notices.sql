create table notices_notices (
  id text primary key,
  party_id text not null,
  kind text not null,
  title jsonb not null,
  body jsonb not null,
  link text not null,
  basis text not null,
  created_at timestamptz not null,
  read_at timestamptz,
  -- What is told again, after a crash or a replay, is told once.
  unique (party_id, kind, basis)
);
create index notices_notices_by_party on notices_notices (party_id, id);
create index notices_notices_unread on notices_notices (party_id) where read_at is null;
create index notices_notices_by_age on notices_notices (created_at);

create table notices_preferences (
  party_id text not null,
  -- A kind of notice, or * for all that have no row of their own.
  kind text not null,
  channel text not null check (channel in ('mail')),
  enabled boolean not null,
  primary key (party_id, kind, channel)
);

create table notices_webhooks (
  id text primary key,
  owner_id text not null,
  name text not null,
  url text not null,
  -- `whsec_` and the base64 of the signing key, as its owner has it.
  secret text not null,
  -- Kinds of notices; empty for all.
  kinds jsonb not null,
  state text not null check (state in ('active', 'paused')),
  created_by text not null,
  created_at timestamptz not null
);
create index notices_webhooks_by_owner on notices_webhooks (owner_id, id);

create table notices_deliveries (
  -- Goes along with every attempt, so that the receiver knows a repetition.
  id text primary key,
  channel text not null check (channel in ('mail', 'webhook')),
  -- A person for mail, a webhook otherwise.
  target_id text not null,
  party_id text not null,
  kind text not null,
  basis text not null,
  message jsonb not null,
  state text not null check (state in ('waiting', 'delivered', 'dead')),
  attempts integer not null,
  -- The next attempt; while one is under way, when another may take over.
  next_at timestamptz not null,
  problem text,
  created_at timestamptz not null,
  ended_at timestamptz,
  unique (target_id, party_id, kind, basis)
);
create index notices_deliveries_due on notices_deliveries (next_at) where state = 'waiting';
create index notices_deliveries_by_target on notices_deliveries (target_id, id);
create index notices_deliveries_by_end on notices_deliveries (ended_at) where state = 'delivered';
