import * as z from 'zod';
import { id, instant, prose } from '#kernel/entities.ts';

/** Entities of the things of a city, in the words of OGC SensorThings 1.1 (18-088). Browser-safe. */

export const thingId = id('thing').describe('the thing');
export const datastreamId = id('datastream').describe('the datastream');
export const observationId = id('observation');
export const ownerId = z.string().max(64).describe('the party that it belongs to');

const name = prose(120).refine((text) => text.trim() !== '', 'a name');
const description = prose(1_000);
const properties = z
  .record(z.string().regex(/^[\w.-]{1,60}$/, 'letters, digits and . _ -'), z.json())
  .refine((value) => plain(value, 8_000), 'at most 8,000 characters of plain JSON');

/** JSON that a database keeps: short enough, no zero character, no half of a surrogate pair. */
function plain(value: unknown, charactersMax: number): boolean {
  const text = JSON.stringify(value);
  return text.length <= charactersMax && !/\\u0000|\\ud[89a-f]/i.test(text);
}

/** https://docs.ogc.org/is/18-088/18-088.html, table 12: what a datastream's results are. */
export const observationKinds = [
  'measurement',
  'count',
  'truth',
  'category',
  'observation',
] as const;
export const observationKind = z
  .enum(observationKinds)
  .describe('a number, a whole number, true or false, a text, or any JSON');
export type ObservationKind = z.output<typeof observationKind>;

const unit = z.object({
  name: prose(60).nullable(),
  symbol: prose(20).nullable(),
  definition: prose(200).nullable().describe('a UCUM code or the address of a definition'),
});

const sensorDraft = z.object({
  name,
  description: description.default(''),
  encodingType: z.string().max(100).default('text/html'),
  metadata: prose(500).default(''),
});
const observedPropertyDraft = z.object({
  name,
  definition: prose(300).describe('the address of its definition'),
  description: description.default(''),
});

export const datastreamDraft = z.object({
  name,
  description: description.default(''),
  kind: observationKind.default('measurement'),
  unit: unit.default({ name: null, symbol: null, definition: null }),
  sensor: sensorDraft,
  observedProperty: observedPropertyDraft,
  properties: properties.default({}),
});
export type DatastreamDraft = z.output<typeof datastreamDraft>;

export const audience = z
  .enum(['owner', 'members', 'public'])
  .describe('who may read it: its owner, all who are signed in, or everybody');

/** GB/T 2260: six digits; streets have nine or twelve (GB/T 10114). */
export const district = z.string().regex(/^\d{6}$/, 'a code of GB/T 2260 such as 310104');
const street = z.string().regex(/^\d{9}(\d{3})?$/, 'a code of a street');

const place = {
  name: prose(120).default(''),
  longitude: z.number().min(-180).max(180).describe('degrees east, WGS-84'),
  latitude: z.number().min(-90).max(90).describe('degrees north, WGS-84'),
};

export const thingDraft = z.object({
  ownerId,
  name: name.describe('one of its own among the things of its owner'),
  description: description.default(''),
  properties: properties.default({}),
  district: district.nullable().default(null),
  street: street.nullable().default(null),
  location: z.object(place).nullable().default(null),
  audience: audience.default('owner'),
  replayed: z
    .boolean()
    .default(false)
    .describe('its observations are played back from a record; every view says so'),
  datastreams: z.array(datastreamDraft).min(1).max(50),
});
export type ThingDraft = z.output<typeof thingDraft>;

const latest = z.object({ phenomenonTime: instant, result: z.json() });

export const datastream = z.object({
  datastreamId,
  thingId,
  name: z.string(),
  description: z.string(),
  kind: observationKind,
  unit,
  sensor: z.object({ name: z.string() }),
  observedProperty: z.object({ name: z.string(), definition: z.string() }),
  observations: z.number().int().describe('how many are stored'),
  latest: latest.nullable(),
});

export const thing = z.object({
  thingId,
  ownerId: z.string(),
  ownerName: z.string(),
  name: z.string(),
  description: z.string(),
  district: z.string().nullable(),
  street: z.string().nullable(),
  longitude: z.number().nullable(),
  latitude: z.number().nullable(),
  audience,
  replayed: z.boolean(),
  datastreams: z.number().int(),
  observations: z.number().int(),
  latestAt: instant.nullable().describe('of its latest observation'),
  createdAt: instant,
  actions: z.array(z.enum(['rotate_key', 'see_refusals'])).describe('what the reader can do'),
});

export const thingDetail = thing.omit({ datastreams: true }).extend({
  properties: z.record(z.string(), z.json()),
  connected: z.boolean().describe('over MQTT, to the server that was asked'),
  keyMadeAt: instant,
  datastreams: z.array(datastream),
});

export const observation = z.object({
  observationId,
  datastreamId,
  phenomenonTime: instant,
  resultTime: instant.nullable(),
  receivedAt: instant,
  result: z.json(),
  parameters: z.record(z.string(), z.json()).nullable(),
  replayed: z.boolean(),
});

/** Why a message was not stored. */
export const refusalReasons = [
  'malformed',
  'too_large',
  'too_late',
  'in_future',
  'result_unfit',
  'unknown_datastream',
  'unknown_topic',
  'acknowledgement_unfit',
] as const;
export const refusalReason = z.enum(refusalReasons);
export type RefusalReason = z.output<typeof refusalReason>;

export const refusal = z.object({
  refusalId: z.string(),
  thingId: thingId.nullable().describe('null: sent with a key of the party, not of a thing'),
  thingName: z.string().nullable(),
  reason: refusalReason,
  detail: z.string().describe('what exactly did not fit'),
  topic: z.string(),
  sizeBytes: z.number().int(),
  at: instant,
});

export const thingKey = z.object({
  thingId,
  username: z.string().describe('for the MQTT connection'),
  key: z.string().describe('its password; shown this once'),
});
