-- Things, their datastreams and observations, in the data model of OGC SensorThings 1.1 (18-088).

create table city_things (
  id text primary key,
  owner_id text not null,
  name text not null,
  description text not null,
  properties jsonb not null,
  district text,
  street text,
  audience text not null,
  replayed boolean not null,
  key_hash bytea not null,
  key_version integer not null,
  key_made_at timestamptz not null,
  created_at timestamptz not null,
  unique (owner_id, name)
);
create index city_things_newest on city_things (created_at desc, id desc);
create index city_things_by_district on city_things (district);

-- Where a thing is, and was: the latest row is its Location; each row is also a HistoricalLocation and the
-- FeatureOfInterest of what was observed there.
create table city_locations (
  id text primary key,
  thing_id text not null references city_things (id),
  name text not null,
  longitude double precision not null,
  latitude double precision not null,
  since timestamptz not null
);
create index city_locations_of_thing on city_locations (thing_id, since desc);

create table city_sensors (
  id text primary key,
  owner_id text not null,
  name text not null,
  description text not null,
  encoding_type text not null,
  metadata text not null,
  digest text not null,
  unique (owner_id, digest)
);

create table city_observed_properties (
  id text primary key,
  owner_id text not null,
  name text not null,
  definition text not null,
  description text not null,
  digest text not null,
  unique (owner_id, digest)
);

-- number stands for the datastream in city_observations: 4 bytes a row and index entry in place of 37.
create table city_datastreams (
  id text primary key,
  number integer generated always as identity unique,
  thing_id text not null references city_things (id),
  sensor_id text not null references city_sensors (id),
  observed_property_id text not null references city_observed_properties (id),
  name text not null,
  description text not null,
  kind text not null,
  unit jsonb not null,
  properties jsonb not null,
  place integer not null
);
create index city_datastreams_of_thing on city_datastreams (thing_id, place);
create index city_datastreams_by_sensor on city_datastreams (sensor_id);
create index city_datastreams_by_property on city_datastreams (observed_property_id);

-- The next observation's id. Whoever stores observations holds this row until its commit, so that ids are
-- visible in their order, also with several servers on one database.
create table city_observation_places (
  only_row boolean primary key default true check (only_row),
  place bigint not null
) with (fillfactor = 10);
insert into city_observation_places (place) values (0);

-- A result is either a double (most are) or any JSON.
create table city_observations (
  id bigint primary key,
  datastream integer not null,
  phenomenon_time timestamptz not null,
  number double precision,
  value jsonb,
  result_time timestamptz,
  parameters jsonb,
  received_at timestamptz not null,
  check ((number is null) <> (value is null))
);
-- A repeated message is stored once; the same index reads a series by time.
create unique index city_observations_once
  on city_observations (datastream, phenomenon_time, number) where value is null;
create unique index city_observations_once_json
  on city_observations (datastream, phenomenon_time, md5(value::text)) where number is null;

-- Kept with every commit, so that the latest value of everything and all counts are one read.
create table city_latest (
  datastream integer primary key,
  observations bigint not null,
  observation_id bigint not null,
  first_at timestamptz not null,
  latest_at timestamptz not null,
  number double precision,
  value jsonb
) with (fillfactor = 50);

create table city_refusals (
  id bigint generated always as identity primary key,
  owner_id text not null,
  thing_id text,
  reason text not null,
  detail text not null,
  topic text not null,
  size_bytes bigint not null,
  at timestamptz not null
);
create index city_refusals_of_owner on city_refusals (owner_id, id desc);
create index city_refusals_of_thing on city_refusals (thing_id, id desc);

create table city_refusal_counts (
  owner_id text not null,
  thing_id text not null,
  reason text not null,
  count bigint not null,
  last_at timestamptz not null,
  primary key (owner_id, thing_id, reason)
);

-- How far facts have counted the observations.
create table city_observation_counting (
  only_row boolean primary key default true check (only_row),
  counted bigint not null
);
insert into city_observation_counting (counted) values (0);
