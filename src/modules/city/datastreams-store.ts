import { sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { DatastreamDraft, ObservationKind } from './things-entities.ts';
import type { KnownDatastream } from './things-seam.ts';

/** The SQL for datastreams, sensors and observed properties. */

export type IngestDatastream = {
  id: string;
  number: number;
  kind: ObservationKind;
  thingId: string;
  ownerId: string;
  replayed: boolean;
  keyVersion: number;
};

export async function findIngestDatastreams(
  tx: Executor,
  ids: readonly string[],
): Promise<IngestDatastream[]> {
  const { rows } = await sql<IngestDatastream>`
    select d.id, d.number, d.kind, d.thing_id as "thingId", t.owner_id as "ownerId", t.replayed,
      t.key_version as "keyVersion"
    from city_datastreams d join city_things t on t.id = d.thing_id
    where d.id = any(${texts(ids)})`.execute(tx);
  return rows;
}

/** The id of the owner's sensor of that digest; a new one where there is none. */
export async function upsertSensor(
  tx: Executor,
  row: { id: string; ownerId: string; digest: string } & DatastreamDraft['sensor'],
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into city_sensors (id, owner_id, name, description, encoding_type, metadata, digest)
    values (${row.id}, ${row.ownerId}, ${row.name}, ${row.description}, ${row.encodingType},
      ${row.metadata}, ${row.digest})
    on conflict (owner_id, digest) do update set digest = excluded.digest returning id`.execute(tx);
  return rows[0]?.id ?? row.id;
}

/** As `upsertSensor`, of what is observed. */
export async function upsertObservedProperty(
  tx: Executor,
  row: { id: string; ownerId: string; digest: string } & DatastreamDraft['observedProperty'],
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into city_observed_properties (id, owner_id, name, definition, description, digest)
    values (${row.id}, ${row.ownerId}, ${row.name}, ${row.definition}, ${row.description},
      ${row.digest})
    on conflict (owner_id, digest) do update set digest = excluded.digest returning id`.execute(tx);
  return rows[0]?.id ?? row.id;
}

export async function insertDatastream(
  tx: Executor,
  row: {
    id: string;
    thingId: string;
    sensorId: string;
    observedPropertyId: string;
    place: number;
  } & Pick<DatastreamDraft, 'name' | 'description' | 'kind' | 'unit' | 'properties'>,
): Promise<void> {
  await sql`
    insert into city_datastreams (id, thing_id, sensor_id, observed_property_id, name, description,
      kind, unit, properties, place)
    values (${row.id}, ${row.thingId}, ${row.sensorId}, ${row.observedPropertyId}, ${row.name},
      ${row.description}, ${row.kind}, ${json(row.unit)}, ${json(row.properties)},
      ${row.place})`.execute(tx);
}

export type DatastreamRow = {
  id: string;
  thing_id: string;
  name: string;
  description: string;
  kind: ObservationKind;
  unit: { name: string | null; symbol: string | null; definition: string | null };
  sensor_name: string;
  property_name: string;
  property_definition: string;
  observations: number;
  latest_at: Date | null;
  number: number | null;
  value: Json;
};

/** The datastreams of a thing with their latest values, in the order in which they were declared. */
export async function datastreamsOfThing(tx: Executor, thingId: string): Promise<DatastreamRow[]> {
  const { rows } = await sql<DatastreamRow>`
    select d.id, d.thing_id, d.name, d.description, d.kind, d.unit, s.name as sensor_name,
      p.name as property_name, p.definition as property_definition,
      coalesce(l.observations, 0) as observations, l.latest_at, l.number, l.value
    from city_datastreams d
      join city_sensors s on s.id = d.sensor_id
      join city_observed_properties p on p.id = d.observed_property_id
      left join city_latest l on l.datastream = d.number
    where d.thing_id = ${thingId} order by d.place`.execute(tx);
  return rows;
}

export async function findDatastreams(
  tx: Executor,
  of: { datastreamIds: readonly string[] } | { thingIds: readonly string[] },
): Promise<KnownDatastream[]> {
  const those =
    'datastreamIds' in of
      ? sql`d.id = any(${texts(of.datastreamIds)})`
      : sql`d.thing_id = any(${texts(of.thingIds)})`;
  const { rows } = await sql<KnownDatastream>`
    select d.id as "datastreamId", d.thing_id as "thingId", t.owner_id as "ownerId", d.name,
      d.unit ->> 'symbol' as "unitSymbol"
    from city_datastreams d join city_things t on t.id = d.thing_id
    where ${those} order by d.thing_id, d.place`.execute(tx);
  return rows;
}
