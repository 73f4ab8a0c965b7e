-- What access knows of the things that modules keep: enough to decide, nothing of what they are.
create table access_resources (
  type text not null,
  id text not null,
  -- A party; null where the platform itself is the owner.
  owner text,
  audience text not null check (audience in ('owner', 'members', 'public')),
  primary key (type, id)
);
create index access_resources_by_owner on access_resources (type, owner, audience, id);
create index access_resources_by_audience on access_resources (type, audience, id);
-- Without it the planner takes audience and type for independent and reads the whole table: 25 ms
-- instead of 1 ms for a list of 50 out of 100,000.
create statistics access_resources_mix (mcv) on type, audience from access_resources;

create table access_grants (
  id text primary key,
  -- A party, or role:<platform role>.
  subject text not null,
  action text not null,
  resource_type text not null,
  resource_id text not null,
  expires_at timestamptz,
  -- The agreement, case, call or delegation behind it.
  basis text not null,
  granted_by text not null,
  granted_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  revoked_reason text
);
-- Decisions and lists alike look by subject and action; the same terms give the same grant.
create unique index access_grants_live
  on access_grants (subject, action, resource_type, resource_id, basis) where revoked_at is null;
create index access_grants_by_resource
  on access_grants (resource_type, resource_id, action, subject) where revoked_at is null;
create index access_grants_by_basis on access_grants (basis) where revoked_at is null;

create table access_decisions (
  id text primary key,
  decided_at timestamptz not null,
  principal text not null,
  on_behalf_of text,
  permission text not null,
  resource_type text,
  resource_id text,
  allowed boolean not null,
  -- The ids of the policies and grants that decided; no policy at all is a no.
  policies jsonb not null,
  grants jsonb not null
);
create index access_decisions_by_principal on access_decisions (principal, id);
create index access_decisions_by_resource on access_decisions (resource_type, resource_id, id);

-- Strangers who were refused are counted by the hour: storing each would let anybody fill the disk.
create table access_stranger_denials (
  hour timestamptz not null,
  permission text not null,
  denials bigint not null,
  primary key (hour, permission)
);
