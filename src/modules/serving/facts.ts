import * as z from 'zod';
import { digest } from '#kernel/entities.ts';
import { traffic } from './endpoints/endpoint-entities.ts';
import { failureReasons } from './entities.ts';

const target = z.object({ type: z.string(), id: z.string() });

/** What the module announces. Bodies hold digests, numbers and pseudonymous ids. */
export const servingFacts = {
  'serving.program_registered': z.object({
    programId: z.string(),
    programDigest: digest,
    ownerId: z.string(),
    repositoryId: z.string(),
    revisionDigest: digest,
    environmentDigest: digest,
    optionsDigest: digest,
  }),
  'serving.deployment_created': z.object({
    deploymentId: z.string(),
    programId: z.string(),
    programDigest: digest,
    ownerId: z.string(),
    revisionDigest: digest,
    environmentDigest: digest,
    optionsDigest: digest,
  }),
  'serving.deployment_ended': z.object({
    deploymentId: z.string(),
    programId: z.string(),
    reasonDigest: digest,
  }),
  'serving.deployment_failed': z.object({
    deploymentId: z.string(),
    programId: z.string(),
    reason: z.enum(failureReasons),
    sessionId: z.string().nullable(),
  }),
  'serving.trial_created': z.object({
    trialId: z.string(),
    ownerId: z.string(),
    repositoryId: z.string(),
    revisionDigest: digest,
    modelDigest: digest,
  }),
  'serving.trial_ended': z.object({
    trialId: z.string(),
    repositoryId: z.string(),
    reasonDigest: digest,
  }),
  'serving.trial_scaled': z.object({
    trialId: z.string(),
    repositoryId: z.string(),
    replicasMin: z.number().int(),
    replicasMax: z.number().int(),
  }),
  'serving.endpoint_created': z.object({
    endpointId: z.string(),
    ownerId: z.string(),
    repositoryId: z.string(),
    traffic,
  }),
  /** A rollback is one that says which version it brought back. */
  'serving.traffic_changed': z.object({
    endpointId: z.string(),
    repositoryId: z.string(),
    version: z.number().int(),
    traffic,
    rolledBackTo: z.number().int().nullable(),
    reasonDigest: digest,
  }),
  'serving.endpoint_ended': z.object({
    endpointId: z.string(),
    repositoryId: z.string(),
    reasonDigest: digest,
  }),
  /** The operator's content check refused a prompt or an answer; its text is kept nowhere. */
  'serving.content_refused': z.object({
    trialId: z.string(),
    callerId: z.string(),
    direction: z.enum(['in', 'out']),
    categories: z.array(z.string()),
  }),
  'serving.stopped': z.object({
    stopId: z.string(),
    target,
    by: z.string(),
    reasonDigest: digest,
  }),
  'serving.released': z.object({
    stopId: z.string(),
    target,
    by: z.string(),
    reasonDigest: digest,
  }),
  /** What the evaluator's own way answered to the journalled inputs of one session. */
  'serving.session_replayed': z.object({
    replayId: z.string(),
    deploymentId: z.string(),
    sessionId: z.string(),
    jobId: z.string(),
    state: z.enum(['done', 'failed']),
    inputs: z.number().int(),
    differences: z.number().int(),
    environmentDigest: z.string(),
  }),
};
