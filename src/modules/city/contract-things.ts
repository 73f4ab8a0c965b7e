import * as z from 'zod';
import { type ModuleContract, operation } from '#kernel/contract.ts';
import { instant, pageInput, pageOutput, prose } from '#kernel/entities.ts';
import {
  datastreamId,
  district,
  observation,
  ownerId,
  refusal,
  refusalReason,
  thing,
  thingDetail,
  thingDraft,
  thingId,
  thingKey,
} from './things-entities.ts';
import { thingsErrors } from './things-errors.ts';

const errors = thingsErrors.declarations;
const readThing = { permission: 'city.thing.read', resourceKey: 'thingId' } as const;

/** The things of a city, their datastreams and observations: one half of the contract. */
export const thingsContract = {
  permissions: {
    'city.thing.list': { kind: 'open', resource: null, summary: 'list the things one may see' },
    'city.thing.create': {
      kind: 'write',
      resource: 'party',
      summary: 'put a thing on the platform for a party',
    },
    'city.thing.read': {
      kind: 'read',
      resource: 'city.thing',
      summary: 'see a thing, its datastreams and observations',
    },
    'city.thing.manage': {
      kind: 'manage',
      resource: 'city.thing',
      summary: 'give a thing a new key',
    },
    'city.observation.create': {
      kind: 'write',
      resource: 'city.thing',
      summary: 'send observations of a thing',
    },
    'city.refusal.list': {
      kind: 'write',
      resource: 'party',
      summary: 'see what was refused of the things of a party',
    },
    'city.status.read': { kind: 'member', resource: null, summary: 'see how things connect' },
  },
  facts: {
    'city.thing_created': z.object({
      thingId,
      ownerId: z.string(),
      datastreamIds: z.array(datastreamId),
      replayed: z.boolean(),
    }),
    'city.thing_key_rotated': z.object({ thingId, keyVersion: z.number().int() }),
    'city.observations_counted': z.object({
      afterId: z.string().nullable().describe('the last observation counted before'),
      lastId: z.string(),
      count: z.number().int(),
      replayed: z.number().int().describe('how many of them were played back'),
    }),
  },
  tasks: {},
  errors,
  operations: {
    createThing: operation({
      method: 'POST',
      path: '/city/things',
      summary: 'Put a thing with its datastreams on the platform; its key is shown this once.',
      permission: 'city.thing.create',
      resourceKey: 'ownerId',
      status: 201,
      input: thingDraft,
      output: thingDetail.extend({ access: thingKey }),
      errors,
    }),
    listThings: operation({
      method: 'GET',
      path: '/city/things',
      summary: 'List things.',
      permission: 'city.thing.list',
      input: z.object({
        query: prose(100).optional().describe('words of the name or description'),
        ownerId: ownerId.optional(),
        district: district.optional(),
        replayed: z.boolean().optional(),
        ...pageInput,
      }),
      output: pageOutput(thing),
    }),
    getThing: operation({
      method: 'GET',
      path: '/city/things/{thingId}',
      summary: 'Show a thing with its datastreams and their latest values.',
      ...readThing,
      input: z.object({ thingId }),
      output: thingDetail,
    }),
    listObservations: operation({
      method: 'GET',
      path: '/city/things/{thingId}/datastreams/{datastreamId}/observations',
      summary: 'List observations of a datastream, the latest first.',
      ...readThing,
      input: z.object({
        thingId,
        datastreamId,
        from: instant.optional().describe('the earliest phenomenon time'),
        until: instant.optional().describe('phenomenon times before this'),
        ...pageInput,
      }),
      output: pageOutput(observation),
    }),
    rotateThingKey: operation({
      method: 'POST',
      path: '/city/things/{thingId}/key',
      summary: 'Give a thing a new key; the one before ends, and its connections with it.',
      permission: 'city.thing.manage',
      resourceKey: 'thingId',
      status: 201,
      input: z.object({ thingId }),
      output: thingKey,
    }),
    listRefusals: operation({
      method: 'GET',
      path: '/city/parties/{ownerId}/refusals',
      summary: 'List what was refused of the things of a party, the latest first.',
      permission: 'city.refusal.list',
      resourceKey: 'ownerId',
      input: z.object({ ownerId, thingId: thingId.optional(), ...pageInput }),
      output: pageOutput(refusal).extend({
        counts: z
          .array(z.object({ reason: refusalReason, count: z.number().int(), lastAt: instant }))
          .describe('all that ever were, of which the list keeps the last ones'),
      }),
    }),
    getCityStatus: operation({
      method: 'GET',
      path: '/city/status',
      summary: 'Show where things connect, and how many observations are stored.',
      permission: 'city.status.read',
      input: z.object({}),
      output: z.object({
        mqtt: z.object({
          address: z.string().nullable().describe('null while it does not listen'),
          protocol: z.string(),
          connections: z.number().int(),
        }),
        sensorThings: z.string().describe('the path of its landing page'),
        things: z.number().int(),
        observations: z.number().int(),
        refusals: z.number().int(),
        waiting: z.number().int().describe('received and not yet stored'),
      }),
    }),
  },
} satisfies Omit<ModuleContract, 'name'>;
