import * as z from 'zod';
import { operation } from '#kernel/contract.ts';
import { id, pageInput, pageOutput, prose, title } from '#kernel/entities.ts';
import { trial, trialId } from '../entities.ts';
import { servingErrors } from '../errors.ts';
import {
  endpoint,
  endpointDetail,
  endpointId,
  endpointStates,
  REPLICAS_MAX,
  traffic,
  trafficChange,
} from './endpoint-entities.ts';

/** Permissions and operations of endpoints, a part of the room's contract. Browser-safe. */

const errors = servingErrors.declarations;
const reason = prose(2_000);
const version = z.number().int().min(1).describe('the version of the traffic that the asker saw');

export const endpointPermissions = {
  'serving.endpoint.list': { kind: 'member', resource: null, summary: 'list endpoints' },
  'serving.endpoint.create': {
    kind: 'member',
    resource: null,
    summary: 'give the calls of a repository that one may write a stable name',
  },
  'serving.endpoint.read': {
    kind: 'member',
    resource: null,
    summary: 'see an endpoint of a repository that one may read',
  },
  'serving.endpoint.change': {
    kind: 'member',
    resource: null,
    summary: 'change the traffic and replicas of a repository that one may write',
  },
} as const;

export const endpointOperations = {
  createEndpoint: operation({
    method: 'POST',
    path: '/serving/endpoints',
    summary: 'Give the calls of a repository a stable name, and say where they go.',
    permission: 'serving.endpoint.create',
    status: 201,
    input: z.object({ repositoryId: id('repo'), name: title, traffic }),
    output: endpoint,
    errors,
  }),
  listEndpoints: operation({
    method: 'GET',
    path: '/serving/endpoints',
    summary: 'List the endpoints of the repositories that the reader may see, the latest first.',
    permission: 'serving.endpoint.list',
    input: z.object({
      repositoryId: id('repo').optional(),
      state: z.enum(endpointStates).optional(),
      ...pageInput,
    }),
    output: pageOutput(endpoint),
  }),
  getEndpoint: operation({
    method: 'GET',
    path: '/serving/endpoints/{endpointId}',
    summary: 'Show an endpoint: where its calls go, and how its trials do on this server.',
    permission: 'serving.endpoint.read',
    input: z.object({ endpointId }),
    output: endpointDetail,
  }),
  setTraffic: operation({
    method: 'PUT',
    path: '/serving/endpoints/{endpointId}/traffic',
    summary: 'Change where the calls of an endpoint go. Sent again, it changes nothing.',
    permission: 'serving.endpoint.change',
    input: z.object({ endpointId, version, traffic, reason }),
    output: endpoint,
    errors,
  }),
  rollBackTraffic: operation({
    method: 'POST',
    path: '/serving/endpoints/{endpointId}/rollback',
    summary: 'Bring back the traffic before the last change. Sent again, it changes nothing.',
    permission: 'serving.endpoint.change',
    input: z.object({ endpointId, version, reason }),
    output: endpoint,
    errors,
  }),
  listTrafficChanges: operation({
    method: 'GET',
    path: '/serving/endpoints/{endpointId}/traffic',
    summary: 'List who changed the traffic of an endpoint when and why, the latest first.',
    permission: 'serving.endpoint.read',
    input: z.object({ endpointId, ...pageInput }),
    output: pageOutput(trafficChange),
  }),
  endEndpoint: operation({
    method: 'POST',
    path: '/serving/endpoints/{endpointId}/end',
    summary: 'End an endpoint for good; its trials stay. One that has ended stays as it is.',
    permission: 'serving.endpoint.change',
    input: z.object({ endpointId, reason }),
    output: endpoint,
    errors,
  }),
  scaleTrial: operation({
    method: 'PUT',
    path: '/serving/trials/{trialId}/replicas',
    summary: 'Say how many processes of a trial each server keeps ready and may run.',
    permission: 'serving.endpoint.change',
    input: z.object({
      trialId,
      replicasMin: z.number().int().min(0).max(REPLICAS_MAX).describe('0: it sleeps when unused'),
      replicasMax: z.number().int().min(1).max(REPLICAS_MAX),
    }),
    output: trial,
    errors,
  }),
};
