import type { Json } from '#kernel/errors.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { type Cursor, decodeCursor, toPage } from '#kernel/page.ts';
import type { Call, Principal } from '#kernel/principal.ts';
import type { ObservationView, RefusalView, ThingDetailView, ThingView } from './contract.ts';
import { type DatastreamRow, datastreamsOfThing } from './datastreams-store.ts';
import { listRefusals as refusalsIn } from './ingest-refusals.ts';
import { placeOf, toObservationId } from './observations-id.ts';
import { type ListedRow, listOfDatastream } from './observations-store.ts';
import * as store from './things-store.ts';

type PartyNames = (partyIds: readonly string[]) => Promise<Map<string, string>>;
type Uses = { kernel: Kernel; partyNames: PartyNames; isConnected(thingId: string): boolean };
type Page = { cursor?: string | undefined; limit: number };

export async function listThings(
  input: Omit<store.ThingFilter, 'visible'> & Page,
  { kernel, partyNames }: Uses,
  { principal }: Call,
) {
  const visible = kernel.access.visible(principal, 'city.thing.read', store.thingIdColumn);
  const cursor = timeCursor(input.cursor);
  const cut = { cursor, limit: input.limit + 1 };
  const { rows, total } = await store.listThings(kernel.db.read, { ...input, visible }, cut);
  const page = toPage(rows, input.limit, ({ created_at, id }) => ({
    key: created_at.toISOString(),
    id,
  }));
  const names = await partyNames(rows.map((row) => row.owner_id));
  return { ...page, total, items: page.items.map((row) => toThing(row, names, principal)) };
}

export async function readThing(
  thingId: string,
  { kernel, partyNames, isConnected }: Uses,
  { principal }: Call,
): Promise<ThingDetailView> {
  const row = await store.readThing(kernel.db.read, thingId);
  if (!row) throw kernelErrors.make.missing({ id: thingId });
  const names = await partyNames([row.owner_id]);
  const datastreams = await datastreamsOfThing(kernel.db.read, thingId);
  return {
    ...toThing(row, names, principal),
    properties: row.properties,
    connected: isConnected(thingId),
    keyMadeAt: row.key_made_at.toISOString(),
    datastreams: datastreams.map(toDatastream),
  };
}

export async function listObservations(
  input: {
    thingId: string;
    datastreamId: string;
    from?: string | undefined;
    until?: string | undefined;
  } & Page,
  { kernel }: Uses,
) {
  const { thingId, datastreamId, limit } = input;
  const datastreams = await datastreamsOfThing(kernel.db.read, thingId);
  if (!datastreams.some(({ id }) => id === datastreamId)) {
    throw kernelErrors.make.missing({ id: datastreamId });
  }
  const cursor = timeCursor(input.cursor);
  const place = cursor ? placeOf(cursor.id) : null;
  const before = cursor && place !== null ? { time: new Date(cursor.key), place } : null;
  const span = { from: dateOf(input.from), until: dateOf(input.until) };
  const page = { before, limit: limit + 1 };
  const { rows, total } = await listOfDatastream(kernel.db.read, datastreamId, span, page);
  const { items, nextCursor } = toPage(rows, limit, ({ phenomenon_time, id }) => ({
    key: phenomenon_time.toISOString(),
    id: toObservationId(id),
  }));
  return { items: items.map(toObservation), total, nextCursor };
}

export async function listRefusals(
  { ownerId, thingId, cursor, limit }: { ownerId: string; thingId?: string | undefined } & Page,
  { kernel }: Uses,
) {
  const after = decodeCursor(cursor);
  if (after && !/^\d{1,15}$/.test(after.id)) {
    throw strangeCursor();
  }
  const cut = { cursor: after, limit: limit + 1 };
  const { rows, total, counts } = await refusalsIn(kernel.db.read, { ownerId, thingId }, cut);
  const page = toPage(rows, limit, ({ id }) => ({ key: '', id: String(id) }));
  const items = page.items.map(
    (row): RefusalView => ({
      refusalId: String(row.id),
      thingId: row.thing_id,
      thingName: row.thing_name,
      reason: row.reason,
      detail: row.detail,
      topic: row.topic,
      sizeBytes: row.size_bytes,
      at: row.at.toISOString(),
    }),
  );
  return {
    ...{ items, total, nextCursor: page.nextCursor },
    counts: counts.map(({ reason, count, last_at }) => ({
      reason,
      count,
      lastAt: last_at.toISOString(),
    })),
  };
}

const dateOf = (text: string | undefined) => (text === undefined ? null : new Date(text));

/** A cursor reaches SQL and anybody can write one: its key must be an instant, its id a word. */
function timeCursor(text: string | undefined): Cursor | null {
  const cursor = decodeCursor(text);
  if (cursor === null) return null;
  const time = new Date(cursor.key);
  if (Number.isNaN(time.getTime()) || !/^\w+$/.test(cursor.id)) throw strangeCursor();
  return { key: time.toISOString(), id: cursor.id };
}

const strangeCursor = () =>
  kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });

function toThing(
  row: store.ThingRow,
  names: ReadonlyMap<string, string>,
  principal: Principal,
): ThingView {
  const { organisation, role } =
    principal.memberships.find((one) => one.organisation === row.owner_id) ?? {};
  const manages = principal.id === row.owner_id || role === 'administrator';
  const belongs = principal.id === row.owner_id || organisation !== undefined;
  return {
    thingId: row.id,
    ownerId: row.owner_id,
    ownerName: names.get(row.owner_id) ?? row.owner_id,
    name: row.name,
    description: row.description,
    district: row.district,
    street: row.street,
    longitude: row.longitude,
    latitude: row.latitude,
    audience: row.audience,
    replayed: row.replayed,
    datastreams: row.datastreams,
    observations: row.observations,
    latestAt: row.latest_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    actions: [
      ...(manages ? (['rotate_key'] as const) : []),
      ...(belongs || principal.roles.includes('operator') ? (['see_refusals'] as const) : []),
    ],
  };
}

function toDatastream(row: DatastreamRow): ThingDetailView['datastreams'][number] {
  const latest = row.latest_at && {
    phenomenonTime: row.latest_at.toISOString(),
    result: resultOf(row),
  };
  return {
    datastreamId: row.id,
    thingId: row.thing_id,
    name: row.name,
    description: row.description,
    kind: row.kind,
    unit: row.unit,
    sensor: { name: row.sensor_name },
    observedProperty: { name: row.property_name, definition: row.property_definition },
    observations: row.observations,
    latest,
  };
}

function toObservation(row: ListedRow): ObservationView {
  return {
    observationId: toObservationId(row.id),
    datastreamId: row.datastream_id,
    phenomenonTime: row.phenomenon_time.toISOString(),
    resultTime: row.result_time?.toISOString() ?? null,
    receivedAt: row.received_at.toISOString(),
    result: resultOf(row),
    parameters: row.parameters,
    replayed: row.replayed,
  };
}

/** A result stands in one of two columns. */
export const resultOf = ({ number, value }: { number: number | null; value: Json }): Json =>
  number ?? value;
