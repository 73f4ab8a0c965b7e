import * as z from 'zod';
import { id, instant } from '#kernel/entities.ts';

/** Entities of endpoints and of what is measured of models. Browser-safe. */

export const endpointId = id('endpoint');
const trialId = id('trial');
const partyId = z.string().min(1).max(80);

export const endpointStates = ['open', 'ended'] as const;
export type EndpointState = (typeof endpointStates)[number];

/** The most processes of one model that a server may be told to run. */
export const REPLICAS_MAX = 64;

const share = z.object({
  trialId,
  percent: z.number().int().min(1).max(100).describe('of the calls, chosen by chance for each'),
});

/** Where the calls of an endpoint go. */
export const traffic = z.object({
  primary: trialId.describe('answers what no canary does'),
  canary: share.nullable().describe('answers a share of the calls instead'),
  shadow: share.nullable().describe('is asked a copy of a share of the calls; compared, not given'),
});
export type TrafficTerms = z.output<typeof traffic>;

export const endpoint = z.object({
  endpointId,
  name: z.string(),
  repositoryId: z.string(),
  ownerId: partyId.describe('the owner of the repository'),
  state: z.enum(endpointStates),
  reason: z.string().nullable().describe('why it has ended'),
  version: z.number().int().describe('of its traffic: one more with each change'),
  traffic,
  createdBy: z.string(),
  createdAt: instant,
  endedAt: instant.nullable(),
});

const milliseconds = z.number().min(0);

/** What a model did in the last minute, on the server that answers. */
export const modelLive = z.object({
  seconds: z.number().describe('what it is measured over: a minute, or less after a start'),
  calls: z.number().int().describe('answered'),
  callsPerSecond: z.number(),
  latencyMs: z
    .object({ p50: milliseconds, p95: milliseconds, p99: milliseconds })
    .nullable()
    .describe('from its acceptance to its answer; null where nothing was answered'),
  failures: z.array(z.object({ code: z.string(), count: z.number().int() })),
  waiting: z.number().int().describe('calls that wait now'),
  replicas: z
    .object({ awake: z.number().int(), loading: z.number().int() })
    .describe('processes of the model'),
  replicasMin: z.number().int().describe('kept ready on each server'),
  replicasMax: z.number().int().describe('run on each server at most'),
  batchMean: z.number().nullable().describe('rows that went to the model together, on average'),
});
export type ModelLive = z.output<typeof modelLive>;

/** How the traffic that holds has gone, on the server that answers. */
export const trafficCounts = z.object({
  primary: z.number().int().describe('calls that the primary trial answered'),
  canary: z.number().int().describe('calls that the canary answered'),
  canaryFailed: z.number().int().describe('calls that the primary answered in its place'),
  shadowSame: z.number().int().describe('copies that the shadow answered alike'),
  shadowDifferent: z.number().int(),
  shadowFailed: z.number().int().describe('copies that it did not answer'),
  shadowDropped: z.number().int().describe('copies that were not sent, with too many under way'),
});
export type TrafficCounts = z.output<typeof trafficCounts>;

export const endpointDetail = endpoint.extend({
  trials: z
    .array(
      z.object({
        trialId,
        side: z.enum(['primary', 'canary', 'shadow']),
        name: z.string(),
        revisionNumber: z.number().int(),
        state: z.enum(['open', 'stopped', 'ended']),
        live: modelLive,
      }),
    )
    .describe('those that the traffic names'),
  counts: trafficCounts,
  path: z.string().describe('the path of its calls'),
  rollbackTo: traffic.nullable().describe('what a rollback brings back; null where nothing was'),
  actions: z
    .array(z.enum(['call', 'change', 'rollback', 'scale', 'end']))
    .describe('what the reader can do'),
});
export type EndpointDetail = z.output<typeof endpointDetail>;

export const trafficChange = z.object({
  version: z.number().int(),
  traffic,
  rolledBackTo: z.number().int().nullable().describe('the version that it brought back'),
  reason: z.string(),
  changedBy: z.string(),
  changedAt: instant,
});
