import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Cursor } from '#kernel/page.ts';
import type { KnownThing } from './things-seam.ts';

/** The SQL for things, their keys and places. */

export type ThingRow = {
  id: string;
  owner_id: string;
  name: string;
  description: string;
  properties: Record<string, Json>;
  district: string | null;
  street: string | null;
  audience: 'owner' | 'members' | 'public';
  replayed: boolean;
  key_version: number;
  key_made_at: Date;
  created_at: Date;
  longitude: number | null;
  latitude: number | null;
  datastreams: number;
  observations: number;
  latest_at: Date | null;
};

const thingColumns = sql.raw(`t.id, t.owner_id, t.name, t.description, t.properties, t.district,
  t.street, t.audience, t.replayed, t.key_version, t.key_made_at, t.created_at, p.longitude,
  p.latitude, s.datastreams, s.observations, s.latest_at`);
const thingTables = sql.raw(`city_things t
  left join lateral (select longitude, latitude from city_locations l where l.thing_id = t.id
    order by l.since desc limit 1) p on true
  left join lateral (select count(*) as datastreams,
      coalesce(sum(l.observations), 0)::bigint as observations, max(l.latest_at) as latest_at
    from city_datastreams d left join city_latest l on l.datastream = d.number
    where d.thing_id = t.id) s on true`);

export async function insertThing(
  tx: Executor,
  row: Pick<
    ThingRow,
    | 'id'
    | 'owner_id'
    | 'name'
    | 'description'
    | 'properties'
    | 'district'
    | 'street'
    | 'audience'
    | 'replayed'
    | 'created_at'
  > & { key_hash: Uint8Array },
): Promise<void> {
  await sql`
    insert into city_things (id, owner_id, name, description, properties, district, street, audience,
      replayed, key_hash, key_version, key_made_at, created_at)
    values (${row.id}, ${row.owner_id}, ${row.name}, ${row.description}, ${json(row.properties)},
      ${row.district}, ${row.street}, ${row.audience}, ${row.replayed}, ${row.key_hash}, 1,
      ${row.created_at}, ${row.created_at})`.execute(tx);
}

export async function insertLocation(
  tx: Executor,
  row: {
    id: string;
    thingId: string;
    name: string;
    longitude: number;
    latitude: number;
    since: Date;
  },
): Promise<void> {
  await sql`
    insert into city_locations (id, thing_id, name, longitude, latitude, since)
    values (${row.id}, ${row.thingId}, ${row.name}, ${row.longitude}, ${row.latitude},
      ${row.since})`.execute(tx);
}

export async function findThingOfName(
  tx: Executor,
  ownerId: string,
  name: string,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from city_things where owner_id = ${ownerId} and name = ${name}`.execute(tx);
  return rows[0]?.id ?? null;
}

export async function countThings(tx: Executor, ownerId: string | null): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from city_things
    where ${ownerId}::text is null or owner_id = ${ownerId}`.execute(tx);
  return rows[0]?.n ?? 0;
}

export async function readThing(tx: Executor, thingId: string): Promise<ThingRow | null> {
  const { rows } = await sql<ThingRow>`
    select ${thingColumns} from ${thingTables} where t.id = ${thingId}`.execute(tx);
  return rows[0] ?? null;
}

export type ThingFilter = {
  visible: RawBuilder<boolean>;
  query: string | undefined;
  ownerId: string | undefined;
  district: string | undefined;
  replayed: boolean | undefined;
};

export const thingIdColumn: RawBuilder<unknown> = sql.ref('t.id');

export async function listThings(
  tx: Executor,
  filter: ThingFilter,
  page: { cursor: Cursor | null; limit: number },
) {
  const parts = [filter.visible];
  if (filter.query?.trim()) {
    const pattern = `%${filter.query.trim().replace(/[\\%_]/g, '\\$&')}%`;
    parts.push(sql`(t.name ilike ${pattern} or t.description ilike ${pattern})`);
  }
  if (filter.ownerId) parts.push(sql`t.owner_id = ${filter.ownerId}`);
  if (filter.district) parts.push(sql`t.district = ${filter.district}`);
  if (filter.replayed !== undefined) parts.push(sql`t.replayed = ${filter.replayed}`);
  const where = sql.join(parts, sql` and `);
  const after = page.cursor
    ? sql`(t.created_at, t.id) < (${page.cursor.key}::timestamptz, ${page.cursor.id})`
    : sql`true`;
  const { rows } = await sql<ThingRow>`
    select ${thingColumns} from ${thingTables} where ${where} and ${after}
    order by t.created_at desc, t.id desc limit ${page.limit}`.execute(tx);
  const total = await sql<{ n: number }>`
    select count(*) as n from city_things t where ${where}`.execute(tx);
  return { rows, total: total.rows[0]?.n ?? 0 };
}

type KnownRow = {
  id: string;
  owner_id: string;
  name: string;
  district: string | null;
  street: string | null;
  longitude: number | null;
  latitude: number | null;
  replayed: boolean;
  latest_at: Date | null;
};

const toKnown = (row: KnownRow): KnownThing => ({
  thingId: row.id,
  ownerId: row.owner_id,
  name: row.name,
  district: row.district,
  street: row.street,
  longitude: row.longitude,
  latitude: row.latitude,
  replayed: row.replayed,
  latestAt: row.latest_at,
});

const knownColumns = sql.raw(`t.id, t.owner_id, t.name, t.district, t.street, p.longitude,
  p.latitude, t.replayed, s.latest_at`);

export async function findThings(
  tx: Executor,
  thingIds: readonly string[],
): Promise<Map<string, KnownThing>> {
  const { rows } = await sql<KnownRow>`
    select ${knownColumns} from ${thingTables} where t.id = any(${texts(thingIds)})`.execute(tx);
  return new Map(rows.map((row) => [row.id, toKnown(row)]));
}

export async function placedThings(
  tx: Executor,
  visible: RawBuilder<boolean>,
  limit: number,
): Promise<KnownThing[]> {
  const { rows } = await sql<KnownRow>`
    select ${knownColumns} from ${thingTables} where ${visible}
    order by (p.longitude is null), t.id limit ${limit}`.execute(tx);
  return rows.map(toKnown);
}

export type ThingKeyRow = {
  id: string;
  owner_id: string;
  key_hash: Uint8Array;
  key_version: number;
};

export async function findKey(tx: Executor, thingId: string): Promise<ThingKeyRow | null> {
  const { rows } = await sql<ThingKeyRow>`
    select id, owner_id, key_hash, key_version from city_things where id = ${thingId}`.execute(tx);
  return rows[0] ?? null;
}

export async function replaceKey(
  tx: Executor,
  thingId: string,
  hash: Uint8Array,
  at: Date,
): Promise<number | null> {
  const { rows } = await sql<{ key_version: number }>`
    update city_things set key_hash = ${hash}, key_version = key_version + 1, key_made_at = ${at}
    where id = ${thingId} returning key_version`.execute(tx);
  return rows[0]?.key_version ?? null;
}

export async function keyVersions(
  tx: Executor,
  thingIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; key_version: number }>`
    select id, key_version from city_things where id = any(${texts(thingIds)})`.execute(tx);
  return new Map(rows.map((row) => [row.id, row.key_version]));
}

export async function countObservations(tx: Executor): Promise<number> {
  const { rows } = await sql<{ n: number | null }>`
    select sum(observations)::bigint as n from city_latest`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** Things after an id, for the search; without those that are not there. */
export async function scanThings(tx: Executor, after: string, limit: number): Promise<ThingRow[]> {
  const { rows } = await sql<ThingRow>`
    select ${thingColumns} from ${thingTables} where t.id > ${after} order by t.id
    limit ${limit}`.execute(tx);
  return rows;
}
