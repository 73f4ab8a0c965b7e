create table parties_parties (
  id text primary key,
  kind text not null check (kind in ('person', 'organisation', 'service', 'device')),
  name text not null,
  description text not null,
  -- The organisation that a service or device belongs to.
  organisation_id text references parties_parties (id),
  created_at timestamptz not null,
  suspended_at timestamptz,
  check ((organisation_id is not null) = (kind in ('service', 'device')))
);
create index parties_parties_by_name on parties_parties (name, id);
create index parties_parties_by_organisation on parties_parties (organisation_id)
  where organisation_id is not null;

create table parties_memberships (
  organisation_id text not null references parties_parties (id),
  party_id text not null references parties_parties (id),
  role text not null check (role in ('administrator', 'member')),
  joined_at timestamptz not null,
  primary key (organisation_id, party_id)
);
create index parties_memberships_by_party on parties_memberships (party_id);

create table parties_invitations (
  id text primary key,
  organisation_id text not null references parties_parties (id),
  role text not null check (role in ('administrator', 'member')),
  -- Either a party that has an account, or whoever holds the token.
  party_id text references parties_parties (id),
  token_hash bytea,
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by text,
  check ((party_id is null) <> (token_hash is null))
);
create index parties_invitations_by_party on parties_invitations (party_id)
  where accepted_at is null;

create table parties_roles (
  id text primary key,
  party_id text not null references parties_parties (id),
  role text not null,
  reason text not null,
  appointed_by text not null,
  appointed_at timestamptz not null,
  dismissed_by text,
  dismissed_at timestamptz,
  dismissed_reason text
);
create unique index parties_roles_held on parties_roles (party_id, role) where dismissed_at is null;
-- System, security and audit administration are kept by different persons.
create unique index parties_roles_apart on parties_roles (party_id)
  where dismissed_at is null
    and role in ('system_administrator', 'security_administrator', 'audit_administrator');

create table parties_delegations (
  id text primary key,
  from_id text not null references parties_parties (id),
  to_id text not null references parties_parties (id),
  permissions jsonb not null,
  reason text not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_by text,
  ended_at timestamptz
);
create index parties_delegations_from on parties_delegations (from_id, id);
create index parties_delegations_to on parties_delegations (to_id, id);

create table parties_api_keys (
  id text primary key,
  party_id text not null references parties_parties (id),
  name text not null,
  -- SHA-256 of a secret of 256 random bits, so it needs neither salt nor stretching.
  secret_hash bytea not null,
  -- Permissions or `module.*`; null is no limit.
  scopes jsonb,
  -- Good only while the platform listens on loopback: the operator's key on disk.
  loopback_only boolean not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index parties_api_keys_by_party on parties_api_keys (party_id, id);

create table parties_security_events (
  id text primary key,
  happened_at timestamptz not null,
  kind text not null,
  -- Whom it concerns; null where no account has the name that was tried.
  party_id text,
  actor text not null,
  address text,
  detail jsonb not null
);
create index parties_security_events_by_party on parties_security_events (party_id, id);
create index parties_security_events_failed on parties_security_events (party_id, happened_at)
  where kind = 'sign_in_failed';

-- The tables of better-auth 1.7 (https://www.better-auth.com/docs/concepts/database); an account has
-- the id of its person.
create table parties_accounts (
  id text primary key references parties_parties (id),
  name text not null,
  email text not null unique,
  email_verified boolean not null,
  image text,
  two_factor_enabled boolean,
  must_change_password boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table parties_sessions (
  id text primary key,
  user_id text not null references parties_accounts (id) on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index parties_sessions_by_user on parties_sessions (user_id);

create table parties_credentials (
  id text primary key,
  user_id text not null references parties_accounts (id) on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index parties_credentials_by_user on parties_credentials (user_id);

create table parties_verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index parties_verifications_by_identifier on parties_verifications (identifier);

create table parties_second_factors (
  id text primary key,
  user_id text not null references parties_accounts (id) on delete cascade,
  secret text not null,
  backup_codes text not null,
  verified boolean,
  failed_verification_count integer,
  locked_until timestamptz
);
create index parties_second_factors_by_user on parties_second_factors (user_id);
