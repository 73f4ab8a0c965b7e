import { type RawBuilder, sql } from 'kysely';
import type { Json } from '#kernel/errors.ts';
import { placeOf, toObservationId } from './observations-id.ts';
import type { ObservationKind } from './things-entities.ts';

/** The data model of 18-088, clause 8.2, over the tables of this room. */

export const setNames = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
] as const;
export type SetName = (typeof setNames)[number];

export type PropertyType = 'text' | 'number' | 'time' | 'json' | 'result' | 'place' | 'shown';

type Property = {
  /** The column of the set's rows. */
  column: string;
  /** How it can be compared; `shown` and `json` as a whole not at all. */
  type: PropertyType;
  nullable?: true;
  show?(value: unknown): Json;
};

type Link = {
  set: SetName;
  many: boolean;
  /** They belong together where this column of the one equals that of the other. */
  from: string;
  to: string;
  /** A column that holds how many there are. */
  count?: string;
};

export type EntitySet = {
  /** Rows as SQL, limited to what the asker may see. */
  rows(visible: Visible): RawBuilder<unknown>;
  /** How the id leaves, and what an id is in the column `id`; null for one that cannot be. */
  id: { show(value: unknown): string; read(text: string): string | number | null };
  properties: Readonly<Record<string, Property>>;
  links: Readonly<Record<string, Link>>;
};

/** The condition under which the thing of a column may be seen. */
export type Visible = (thingIdColumn: RawBuilder<unknown>) => RawBuilder<boolean>;

const text = (column: string): Property => ({ column, type: 'text' });
const json = (column: string): Property => ({ column, type: 'json' });
const instantOf = (value: unknown): Json => (value instanceof Date ? value.toISOString() : null);
const intervalOf = (value: unknown): Json => {
  if (!Array.isArray(value)) return null;
  const [from, until] = value.map((item: unknown) => new Date(String(item)).toISOString());
  return from !== undefined && until !== undefined ? `${from}/${until}` : null;
};

const types: Record<ObservationKind, string> = {
  measurement: 'OM_Measurement',
  count: 'OM_CountObservation',
  truth: 'OM_TruthObservation',
  category: 'OM_CategoryObservation',
  observation: 'OM_Observation',
};
const observationType = (kind: unknown): Json => {
  const [, name = ''] = Object.entries(types).find(([key]) => key === kind) ?? [];
  return `http://www.opengis.net/def/observationType/OGC-OM/2.0/${name}`;
};

const own = { show: String, read: (id: string) => id };
/** The three entities that one row of city_locations is have ids that differ in their prefix. */
const derived = (prefix: string) => ({
  show: (value: unknown) => String(value).replace(/^location_/, `${prefix}_`),
  read: (id: string) => (id.startsWith(`${prefix}_`) ? id.replace(/^[a-z]+_/, 'location_') : null),
});

const locations: EntitySet['rows'] = (visible) => sql`
  select l.id, l.thing_id, l.since, coalesce(nullif(l.name, ''), t.name) as name,
    t.name as description, 'application/geo+json' as encoding_type,
    jsonb_build_object('type', 'Point', 'coordinates',
      jsonb_build_array(l.longitude, l.latitude)) as place
  from city_locations l join city_things t on t.id = l.thing_id
  where ${visible(sql.ref('l.thing_id'))}`;

export const sets: Readonly<Record<SetName, EntitySet>> = {
  Things: {
    rows: (visible) => sql`
      select t.id, t.name, t.description,
        t.properties || jsonb_build_object('replayed', t.replayed) as properties
      from city_things t where ${visible(sql.ref('t.id'))}`,
    id: own,
    properties: {
      name: text('name'),
      description: text('description'),
      properties: json('properties'),
    },
    links: {
      Locations: { set: 'Locations', many: true, from: 'id', to: 'thing_id' },
      HistoricalLocations: { set: 'HistoricalLocations', many: true, from: 'id', to: 'thing_id' },
      Datastreams: { set: 'Datastreams', many: true, from: 'id', to: 'thing_id' },
    },
  },
  Locations: {
    rows: locations,
    id: own,
    properties: {
      name: text('name'),
      description: text('description'),
      encodingType: text('encoding_type'),
      location: { column: 'place', type: 'shown' },
    },
    links: {
      Things: { set: 'Things', many: true, from: 'thing_id', to: 'id' },
      HistoricalLocations: { set: 'HistoricalLocations', many: true, from: 'id', to: 'id' },
    },
  },
  HistoricalLocations: {
    rows: locations,
    id: derived('history'),
    properties: { time: { column: 'since', type: 'time', show: instantOf } },
    links: {
      Thing: { set: 'Things', many: false, from: 'thing_id', to: 'id' },
      Locations: { set: 'Locations', many: true, from: 'id', to: 'id' },
    },
  },
  Datastreams: {
    rows: (visible) => sql`
      select d.id, d.number, d.thing_id, d.sensor_id, d.observed_property_id, d.name, d.description,
        d.unit, d.kind, d.properties || jsonb_build_object('replayed', t.replayed) as properties,
        jsonb_build_array(l.first_at, l.latest_at) as span, coalesce(l.observations, 0) as observations
      from city_datastreams d join city_things t on t.id = d.thing_id
        left join city_latest l on l.datastream = d.number
      where ${visible(sql.ref('d.thing_id'))}`,
    id: own,
    properties: {
      name: text('name'),
      description: text('description'),
      observationType: { column: 'kind', type: 'shown', show: observationType },
      unitOfMeasurement: json('unit'),
      properties: json('properties'),
      phenomenonTime: {
        column: 'span',
        type: 'shown',
        nullable: true,
        show: (value) => (Array.isArray(value) && value.includes(null) ? null : intervalOf(value)),
      },
    },
    links: {
      Thing: { set: 'Things', many: false, from: 'thing_id', to: 'id' },
      Sensor: { set: 'Sensors', many: false, from: 'sensor_id', to: 'id' },
      ObservedProperty: {
        ...{ set: 'ObservedProperties', many: false },
        ...{ from: 'observed_property_id', to: 'id' },
      },
      Observations: {
        ...{ set: 'Observations', many: true, from: 'number', to: 'datastream' },
        count: 'observations',
      },
    },
  },
  Sensors: {
    rows: (visible) => sql`
      select s.id, s.name, s.description, s.encoding_type, s.metadata from city_sensors s
      where exists (select 1 from city_datastreams d
        where d.sensor_id = s.id and ${visible(sql.ref('d.thing_id'))})`,
    id: own,
    properties: {
      name: text('name'),
      description: text('description'),
      encodingType: text('encoding_type'),
      metadata: text('metadata'),
    },
    links: { Datastreams: { set: 'Datastreams', many: true, from: 'id', to: 'sensor_id' } },
  },
  ObservedProperties: {
    rows: (visible) => sql`
      select p.id, p.name, p.definition, p.description from city_observed_properties p
      where exists (select 1 from city_datastreams d
        where d.observed_property_id = p.id and ${visible(sql.ref('d.thing_id'))})`,
    id: own,
    properties: {
      name: text('name'),
      definition: text('definition'),
      description: text('description'),
    },
    links: {
      Datastreams: { set: 'Datastreams', many: true, from: 'id', to: 'observed_property_id' },
    },
  },
  Observations: {
    rows: (visible) => sql`
      select o.id, o.datastream, o.phenomenon_time, o.result_time, o.number, o.value,
        coalesce(to_jsonb(o.number), o.value) as result, d.thing_id,
        coalesce(o.parameters, '{}') || jsonb_build_object('replayed', t.replayed) as parameters
      from city_observations o join city_datastreams d on d.number = o.datastream
        join city_things t on t.id = d.thing_id
      where ${visible(sql.ref('d.thing_id'))}`,
    id: { show: (value) => toObservationId(Number(value)), read: placeOf },
    properties: {
      phenomenonTime: { column: 'phenomenon_time', type: 'time', show: instantOf },
      resultTime: { column: 'result_time', type: 'time', nullable: true, show: instantOf },
      result: { column: 'result', type: 'result' },
      parameters: json('parameters'),
    },
    links: {
      Datastream: { set: 'Datastreams', many: false, from: 'datastream', to: 'number' },
      FeatureOfInterest: {
        ...{ set: 'FeaturesOfInterest', many: false, from: 'thing_id', to: 'thing_id' },
      },
    },
  },
  FeaturesOfInterest: {
    rows: locations,
    id: derived('feature'),
    properties: {
      name: text('name'),
      description: text('description'),
      encodingType: text('encoding_type'),
      feature: { column: 'place', type: 'shown' },
    },
    links: { Observations: { set: 'Observations', many: true, from: 'thing_id', to: 'thing_id' } },
  },
};
