import { type RawBuilder, sql } from 'kysely';
import { type Executor, texts } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import { toObservationId } from './observations-id.ts';
import type { StoredObservation } from './things-seam.ts';

/** The only SQL that writes observations, and what reads them for rules and pages. */

export type ObservationDraftRow = {
  /** The datastream by number, as it stands in the table. */
  datastream: number;
  datastreamId: string;
  thingId: string;
  replayed: boolean;
  phenomenonTime: Date;
  resultTime: Date | null;
  receivedAt: Date;
  result: Json;
  parameters: Record<string, Json> | null;
};

/**
 * A list as PostgreSQL writes arrays. Both engines take it as one text, where their drivers would
 * write arrays in two different ways.
 */
function array(values: readonly (string | number | null)[], type: string): RawBuilder<unknown> {
  const items = values.map((value) => {
    if (value === null) return 'null';
    if (typeof value === 'number') return String(value);
    return `"${value.replace(/[\\"]/g, '\\$&')}"`;
  });
  return sql`${`{${items.join(',')}}`}::text::${sql.raw(type)}[]`;
}

const numberOf = (result: Json) => (typeof result === 'number' ? result : null);
const jsonOf = (result: Json) => (typeof result === 'number' ? null : JSON.stringify(result));

/**
 * Inserts observations in one statement and keeps `city_latest` with them. Returns for each its place, or
 * null where the same observation (datastream, phenomenon time, result) is stored already.
 */
export async function insertObservations(
  tx: Executor,
  rows: readonly ObservationDraftRow[],
): Promise<(number | null)[]> {
  if (rows.length === 0) return [];
  // The row stays locked until the commit: no other server gives places in between.
  const given = await sql<{ last: number }>`
    update city_observation_places set place = place + ${rows.length} returning place as last`.execute(
    tx,
  );
  const first = (given.rows[0]?.last ?? 0) - rows.length + 1;
  const { rows: inserted } = await sql<{ id: number }>`
    insert into city_observations (id, datastream, phenomenon_time, number, value, result_time,
      parameters, received_at)
    select ${first}::bigint - 1 + place, datastream, phenomenon_time, number, value, result_time,
      parameters, received_at
    from unnest(
      ${array(
        rows.map((row) => row.datastream),
        'integer',
      )},
      ${array(times(rows.map((row) => row.phenomenonTime)), 'timestamptz')},
      ${array(
        rows.map((row) => numberOf(row.result)),
        'double precision',
      )},
      ${array(
        rows.map((row) => jsonOf(row.result)),
        'jsonb',
      )},
      ${array(times(rows.map((row) => row.resultTime)), 'timestamptz')},
      ${array(
        rows.map(({ parameters }) => (parameters === null ? null : JSON.stringify(parameters))),
        'jsonb',
      )},
      ${array(times(rows.map((row) => row.receivedAt)), 'timestamptz')}
    ) with ordinality as given (datastream, phenomenon_time, number, value, result_time, parameters,
      received_at, place)
    on conflict do nothing returning id`.execute(tx);
  const places = rows.map((): number | null => null);
  for (const { id } of inserted) places[id - first] = id;
  await updateLatest(tx, rows, places);
  return places;
}

const times = (dates: readonly (Date | null)[]) => dates.map((date) => date?.toISOString() ?? null);

type Latest = { count: number; first: Date; latest: ObservationDraftRow; place: number };

async function updateLatest(
  tx: Executor,
  rows: readonly ObservationDraftRow[],
  places: readonly (number | null)[],
): Promise<void> {
  const latest = new Map<number, Latest>();
  for (const [index, row] of rows.entries()) {
    const place = places[index] ?? null;
    if (place === null) continue;
    const known = latest.get(row.datastream);
    if (!known) {
      latest.set(row.datastream, { count: 1, first: row.phenomenonTime, latest: row, place });
      continue;
    }
    known.count += 1;
    if (row.phenomenonTime < known.first) known.first = row.phenomenonTime;
    if (row.phenomenonTime >= known.latest.phenomenonTime)
      Object.assign(known, { latest: row, place });
  }
  if (latest.size === 0) return;
  const all = [...latest.values()];
  await sql`
    insert into city_latest (datastream, observations, observation_id, first_at, latest_at, number,
      value)
    select * from unnest(
      ${array([...latest.keys()], 'integer')},
      ${array(
        all.map(({ count }) => count),
        'bigint',
      )},
      ${array(
        all.map(({ place }) => place),
        'bigint',
      )},
      ${array(times(all.map(({ first }) => first)), 'timestamptz')},
      ${array(times(all.map((one) => one.latest.phenomenonTime)), 'timestamptz')},
      ${array(
        all.map((one) => numberOf(one.latest.result)),
        'double precision',
      )},
      ${array(
        all.map((one) => jsonOf(one.latest.result)),
        'jsonb',
      )}
    )
    on conflict (datastream) do update set
      observations = city_latest.observations + excluded.observations,
      first_at = least(city_latest.first_at, excluded.first_at),
      latest_at = greatest(city_latest.latest_at, excluded.latest_at),
      observation_id = case when excluded.latest_at >= city_latest.latest_at
        then excluded.observation_id else city_latest.observation_id end,
      number = case when excluded.latest_at >= city_latest.latest_at
        then excluded.number else city_latest.number end,
      value = case when excluded.latest_at >= city_latest.latest_at
        then excluded.value else city_latest.value end`.execute(tx);
}

/** The place of an observation that was stored before; for those who sent it again and want its id. */
export async function findPlace(
  tx: Executor,
  { datastream, phenomenonTime, result }: ObservationDraftRow,
): Promise<number | null> {
  const same =
    typeof result === 'number'
      ? sql`number = ${result} and value is null`
      : sql`md5(value::text) = md5(${JSON.stringify(result)}::jsonb::text) and number is null`;
  const { rows } = await sql<{ id: number }>`
    select id from city_observations
    where datastream = ${datastream} and phenomenon_time = ${phenomenonTime} and ${same}`.execute(
    tx,
  );
  return rows[0]?.id ?? null;
}

type Row = {
  id: number;
  datastream_id: string;
  thing_id: string;
  phenomenon_time: Date;
  received_at: Date;
  number: number | null;
  value: Json;
  parameters: Record<string, Json> | null;
  replayed: boolean;
};

const storedColumns = sql.raw(`o.id, d.id as datastream_id, d.thing_id, o.phenomenon_time,
  o.received_at, o.number, o.value, o.parameters, t.replayed`);
const joined = sql.raw(`city_observations o join city_datastreams d on d.number = o.datastream
  join city_things t on t.id = d.thing_id`);

function toStored(row: Row): StoredObservation {
  return {
    id: toObservationId(row.id),
    datastreamId: row.datastream_id,
    thingId: row.thing_id,
    phenomenonTime: row.phenomenon_time.toISOString(),
    receivedAt: row.received_at.toISOString(),
    result: row.number ?? row.value,
    parameters: row.parameters,
    replayed: row.replayed,
  };
}

/** Observations in the order in which they were stored, after a place. */
export async function readAfter(
  tx: Executor,
  place: number,
  limit: number,
): Promise<StoredObservation[]> {
  const { rows } = await sql<Row>`
    select ${storedColumns} from ${joined} where o.id > ${place}
    order by o.id limit ${limit}`.execute(tx);
  return rows.map(toStored);
}

export async function lastPlace(tx: Executor): Promise<number | null> {
  const { rows } = await sql<{ id: number | null }>`
    select max(id) as id from city_observations`.execute(tx);
  return rows[0]?.id ?? null;
}

export async function readHistory(
  tx: Executor,
  span: { datastreamIds: readonly string[]; from: Date; until: Date; limit: number },
): Promise<StoredObservation[]> {
  const { rows } = await sql<Row>`
    select ${storedColumns} from ${joined}
    where d.id = any(${texts(span.datastreamIds)}) and o.phenomenon_time >= ${span.from}
      and o.phenomenon_time < ${span.until}
    order by o.phenomenon_time, o.id limit ${span.limit}`.execute(tx);
  return rows.map(toStored);
}

export type ListedRow = Row & { result_time: Date | null };

/** A page of one datastream, the latest first. */
export async function listOfDatastream(
  tx: Executor,
  datastreamId: string,
  span: { from: Date | null; until: Date | null },
  page: { before: { time: Date; place: number } | null; limit: number },
): Promise<{ rows: ListedRow[]; total: number }> {
  const { from, until } = span;
  const within = sql`o.datastream = (select number from city_datastreams where id = ${datastreamId})
    and (${from}::timestamptz is null or o.phenomenon_time >= ${from})
    and (${until}::timestamptz is null or o.phenomenon_time < ${until})`;
  const after = page.before
    ? sql`(o.phenomenon_time, o.id) < (${page.before.time}::timestamptz, ${page.before.place})`
    : sql`true`;
  const { rows } = await sql<ListedRow>`
    select ${storedColumns}, o.result_time from ${joined} where ${within} and ${after}
    order by o.phenomenon_time desc, o.id desc limit ${page.limit}`.execute(tx);
  const whole = from === null && until === null;
  const count = whole
    ? sql<{ n: number }>`select l.observations as n from city_latest l
        join city_datastreams d on d.number = l.datastream where d.id = ${datastreamId}`
    : sql<{ n: number }>`select count(*) as n from city_observations o where ${within}`;
  const { rows: counted } = await count.execute(tx);
  return { rows, total: counted[0]?.n ?? 0 };
}
