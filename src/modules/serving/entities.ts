import * as z from 'zod';
import { digest, id, instant } from '#kernel/entities.ts';
import { modelLive } from './endpoints/endpoint-entities.ts';
import { datatypes } from './oip/datatypes.ts';
import { remoteProtocols } from './remotes/remote-spec.ts';
import { trialRuntimes } from './trials/trial-runtime.ts';

/** Entities of the module serving. Browser-safe. */

export const programId = id('program');
export const deploymentId = id('deployment');
export const replayId = id('replay');
export const partyId = z.string().min(1).max(80);
export const environmentName = z.enum(['javascript', 'python']);
export const programOptions = z.record(z.string().max(100), z.json());

export const deploymentStates = ['starting', 'running', 'stopped', 'failed', 'ended'] as const;
export type DeploymentState = (typeof deploymentStates)[number];

/** Why a deployment failed. */
export const failureReasons = ['does_not_start', 'rebuilt_differs'] as const;
export type FailureReason = (typeof failureReasons)[number];

export const program = z.object({
  programId,
  programDigest: digest.describe('over revision, entry, environment and options'),
  ownerId: partyId,
  repositoryId: z.string(),
  revisionDigest: digest,
  entry: z.string(),
  environment: environmentName,
  environmentDigest: digest,
  optionsDigest: digest,
  createdAt: instant,
  actions: z.array(z.enum(['deploy'])).describe('what the reader can do'),
});

export const deployment = z.object({
  deploymentId,
  programId,
  name: z.string(),
  ownerId: partyId.describe('the owner of the program'),
  state: z.enum(deploymentStates),
  reason: z.string().nullable().describe('why it is stopped, failed or ended'),
  revisionDigest: digest,
  environment: environmentName,
  createdBy: z.string(),
  createdAt: instant,
  endedAt: instant.nullable(),
});

export const health = z.object({
  rowsAnswered: z.number().int(),
  errors: z.number().int().describe('times that the program gave no answer'),
  restarts: z.number().int().describe('times that a session was begun again'),
  sessions: z.number().int(),
  latencyMsP95: z
    .number()
    .nullable()
    .describe('from receipt to the journal, over the last 1,000 calls; null before the first'),
  flaggedShare: z
    .number()
    .nullable()
    .describe('of the rows of the last 1,000 calls; null before the first'),
});
export type Health = z.output<typeof health>;

export const deploymentDetail = deployment.extend({
  programDigest: digest,
  repositoryId: z.string(),
  entry: z.string(),
  environmentDigest: digest,
  optionsDigest: digest,
  stop: z
    .object({ stopId: z.string(), reason: z.string(), by: z.string(), at: instant })
    .nullable()
    .describe('the stop that holds now'),
  health,
  actions: z.array(z.enum(['call', 'end', 'replay'])).describe('what the reader can do'),
});
export type DeploymentDetail = z.output<typeof deploymentDetail>;

const cell = z.union([z.null(), z.number(), z.string().max(20_000)]);
export const row = z.record(z.string().min(1).max(200), cell);
export type ServedRow = z.output<typeof row>;

export const prediction = z.object({
  flag: z.union([z.literal(0), z.literal(1)]),
  score: z.number().describe('the flag, where the program gives none'),
});
export type ServedPrediction = z.output<typeof prediction>;

export const sessionName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'letters, digits and . _ : - inside');
export const requestId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'letters, digits and . _ : - inside');

export const inferenceRequest = z.object({
  deploymentId,
  session: sessionName.describe('one stream of rows in order; the program keeps its state in it'),
  rows: z.array(row).min(1).max(1_000),
  requestId: requestId.describe('the same one, sent again, gives the same answer and counts once'),
  callerId: partyId
    .optional()
    .describe('the party whose calls are counted; else one that the account acts for'),
});
export type InferenceRequest = z.output<typeof inferenceRequest>;

export const inferenceAnswer = z.object({
  inferenceId: z.string(),
  predictions: z.array(prediction).describe('one a row, in order'),
});
export type InferenceAnswer = z.output<typeof inferenceAnswer>;

export const inference = z.object({
  inferenceId: z.string(),
  session: z.string(),
  callerId: z.string(),
  basis: z.string().describe('the agreement whose calls it used'),
  requestId: z.string(),
  position: z.number().int().describe('rows of the session before it'),
  rowCount: z.number().int(),
  flagged: z.number().int(),
  tookMs: z.number().describe('from receipt to the journal'),
  createdAt: instant,
  rows: z.array(row).nullable().describe('null for who is neither the caller nor an auditor'),
  predictions: z.array(prediction).nullable(),
});

export const replayStates = ['running', 'done', 'failed'] as const;

export const replay = z.object({
  replayId,
  deploymentId,
  state: z.enum(replayStates).describe('failed where a job gave no predictions'),
  sessions: z.number().int(),
  inputs: z.number().int().describe('rows replayed so far'),
  differences: z.number().int().describe('rows answered otherwise by the evaluator'),
  requestedBy: z.string(),
  createdAt: instant,
  finishedAt: instant.nullable(),
});

export const trialId = id('trial');
export const trialStates = ['open', 'stopped', 'ended'] as const;
export type TrialState = (typeof trialStates)[number];

const modelPort = z.object({
  name: z.string(),
  datatype: z.enum(datatypes),
  shape: z.array(z.number().int()).describe('-1 where any size will do'),
});
export type PortView = z.output<typeof modelPort>;

export const trial = z.object({
  trialId,
  trial: z.literal(true).describe('it is there to be tried: not certified, not approved, not sold'),
  name: z.string(),
  ownerId: partyId.describe('the owner of the repository'),
  repositoryId: z.string(),
  revisionDigest: digest,
  revisionNumber: z.number().int().describe('the version that clients name'),
  path: z.string().describe('the file in the revision that is served'),
  runtime: z.enum(trialRuntimes).describe('an ONNX model, a task program, or a server elsewhere'),
  task: z.string().nullable().describe('what it does, where it has a task-level interface'),
  state: z.enum(trialStates),
  reason: z.string().nullable().describe('why it is stopped or has ended'),
  createdBy: z.string(),
  createdAt: instant,
  endedAt: instant.nullable(),
});

export const trialDetail = trial.extend({
  sizeBytes: z.number().int().describe('of the model with its external data'),
  batchMax: z.number().int(),
  delayMs: z.number().int(),
  process: z
    .enum(['asleep', 'loading', 'awake', 'failing'])
    .describe('on the server that answers; one that is asleep wakes with the next call'),
  problem: z.string().nullable().describe('why it does not load'),
  live: modelLive.describe('the last minute, on the server that answers'),
  model: z
    .object({ inputs: z.array(modelPort), outputs: z.array(modelPort) })
    .nullable()
    .describe('null until it was loaded once'),
  remote: z
    .object({ protocol: z.enum(remoteProtocols), origin: z.string(), model: z.string() })
    .nullable()
    .describe('the server elsewhere that its calls go to; null where they are answered here'),
  endpoint: z.string().describe('the path of its calls'),
  usage: z.object({
    calls: z.number().int(),
    rows: z.number().int(),
    tokensIn: z.number().int(),
    tokensOut: z.number().int(),
    tokensEstimated: z.number().int().describe('of both, where the server did not count'),
    callers: z.number().int(),
    lastAt: instant.nullable(),
  }),
  actions: z.array(z.enum(['call', 'end', 'usage'])).describe('what the reader can do'),
});
export type TrialDetail = z.output<typeof trialDetail>;

export const trialUsage = z.object({
  callerId: z.string(),
  minute: instant,
  calls: z.number().int(),
  rows: z.number().int().describe('entries of the first dimension that were asked'),
  tokensIn: z.number().int().describe('tokens that were read, where the model counts them'),
  tokensOut: z.number().int().describe('tokens that were written, where the model counts them'),
  tokensEstimated: z.number().int().describe('of both, where the server elsewhere did not count'),
});
