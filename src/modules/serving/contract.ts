import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { digest, id, pageInput, pageOutput, prose, title } from '#kernel/entities.ts';
import { endpointOperations, endpointPermissions } from './endpoints/endpoint-operations.ts';
import {
  deployment,
  deploymentDetail,
  deploymentId,
  deploymentStates,
  environmentName,
  inference,
  inferenceAnswer,
  inferenceRequest,
  partyId,
  program,
  programId,
  programOptions,
  replay,
  replayId,
  sessionName,
  trial,
  trialDetail,
  trialId,
  trialStates,
  trialUsage,
} from './entities.ts';
import { servingErrors } from './errors.ts';
import { servingFacts } from './facts.ts';
import { taskReply, taskRequest } from './tasks/task-entities.ts';

export type { InputKinds, ServedTask, TaskOutputs } from './tasks/task-shapes.ts';

/** Contract of the module `serving`. Browser-safe. */

const errors = servingErrors.declarations;
const onDeployment = { resourceKey: 'deploymentId' } as const;

const permissions = {
  'serving.program.list': { kind: 'member', resource: null, summary: 'list approved programs' },
  'serving.program.read': { kind: 'read', resource: 'serving.program', summary: 'see a program' },
  'serving.program.deploy': {
    kind: 'grant',
    resource: 'serving.program',
    summary: 'deploy a program; an approval gives it',
  },
  'serving.program.call': {
    kind: 'grant',
    resource: 'serving.program',
    summary: 'have a deployed program answer rows; an agreement gives it',
  },
  'serving.deployment.list': { kind: 'member', resource: null, summary: 'list deployments' },
  'serving.deployment.create': {
    kind: 'member',
    resource: null,
    summary: 'deploy a program that an approval names',
  },
  'serving.deployment.read': {
    kind: 'read',
    resource: 'serving.deployment',
    summary: 'see a deployment, its health, and that it was called',
  },
  'serving.deployment.end': {
    kind: 'manage',
    resource: 'serving.deployment',
    summary: 'end a deployment',
  },
  'serving.deployment.replay': {
    kind: 'write',
    resource: 'serving.deployment',
    summary: 'have the evaluator answer what a deployment was asked',
  },
  'serving.inference.create': {
    kind: 'member',
    resource: null,
    summary: 'call a deployment under an agreement',
  },
  'serving.journal.read': {
    kind: 'audit',
    resource: null,
    summary: 'see the rows and answers of every caller',
  },
  'serving.trial.list': { kind: 'member', resource: null, summary: 'list trials' },
  'serving.trial.create': {
    kind: 'member',
    resource: null,
    summary: 'let people try a model of a repository that one may write',
  },
  'serving.trial.read': {
    kind: 'member',
    resource: null,
    summary: 'see and call a trial of a repository that one may read',
  },
  'serving.trial.end': {
    kind: 'member',
    resource: null,
    summary: 'end a trial of a repository that one may write, and see who called it',
  },
  ...endpointPermissions,
} as const;

export const servingContract = moduleContract({
  name: 'serving',
  permissions,
  facts: servingFacts,
  tasks: {},
  errors,
  operations: {
    listPrograms: operation({
      method: 'GET',
      path: '/serving/programs',
      summary: 'List the programs that were approved at some time, the latest first.',
      permission: 'serving.program.list',
      input: z.object({
        ownerId: partyId.optional(),
        revisionDigest: digest.optional(),
        ...pageInput,
      }),
      output: pageOutput(program),
    }),
    createDeployment: operation({
      method: 'POST',
      path: '/serving/deployments',
      summary: 'Deploy an approved program, named by its id or by all that it consists of.',
      permission: 'serving.deployment.create',
      status: 202,
      input: z.object({
        name: title,
        program: z.union([
          z.object({ programId }),
          z.object({
            revisionDigest: digest,
            entry: z.string().min(1).max(500),
            environment: environmentName,
            options: programOptions,
          }),
        ]),
      }),
      output: deployment,
      errors,
    }),
    listDeployments: operation({
      method: 'GET',
      path: '/serving/deployments',
      summary: 'List the deployments that the reader may see, the latest first.',
      permission: 'serving.deployment.list',
      input: z.object({
        programId: programId.optional(),
        ownerId: partyId.optional(),
        state: z.enum(deploymentStates).optional(),
        ...pageInput,
      }),
      output: pageOutput(deployment),
    }),
    getDeployment: operation({
      method: 'GET',
      path: '/serving/deployments/{deploymentId}',
      summary: 'Show a deployment: its state and why, what exactly runs, and its health.',
      permission: 'serving.deployment.read',
      ...onDeployment,
      input: z.object({ deploymentId }),
      output: deploymentDetail,
    }),
    endDeployment: operation({
      method: 'POST',
      path: '/serving/deployments/{deploymentId}/end',
      summary: 'End a deployment for good. One that has ended stays as it is.',
      permission: 'serving.deployment.end',
      ...onDeployment,
      input: z.object({ deploymentId, reason: prose(2_000) }),
      output: deployment,
      errors,
    }),
    infer: operation({
      method: 'POST',
      path: '/serving/deployments/{deploymentId}/inferences',
      summary: 'Have the program answer rows, in order, within a session. One row is one call.',
      permission: 'serving.inference.create',
      input: inferenceRequest,
      output: inferenceAnswer,
      errors,
    }),
    listInferences: operation({
      method: 'GET',
      path: '/serving/deployments/{deploymentId}/inferences',
      summary: 'List the journal of a deployment, the latest first; rows only of own calls.',
      permission: 'serving.deployment.read',
      ...onDeployment,
      input: z.object({
        deploymentId,
        session: sessionName.optional(),
        callerId: partyId.optional(),
        ...pageInput,
      }),
      output: pageOutput(inference),
    }),
    replayDeployment: operation({
      method: 'POST',
      path: '/serving/deployments/{deploymentId}/replays',
      summary: 'Feed all that a deployment was asked through the evaluator, and compare.',
      permission: 'serving.deployment.replay',
      ...onDeployment,
      status: 202,
      input: z.object({ deploymentId }),
      output: replay,
      errors,
    }),
    listReplays: operation({
      method: 'GET',
      path: '/serving/deployments/{deploymentId}/replays',
      summary: 'List the replays of a deployment, the latest first.',
      permission: 'serving.deployment.read',
      ...onDeployment,
      input: z.object({ deploymentId, ...pageInput }),
      output: pageOutput(replay),
    }),
    createTrial: operation({
      method: 'POST',
      path: '/serving/trials',
      summary: 'Let people try a model or a program of a repository, before it is certified.',
      permission: 'serving.trial.create',
      status: 201,
      input: z.object({
        repositoryId: id('repo'),
        revisionDigest: digest.optional().describe('the latest revision unless given'),
        path: z
          .string()
          .min(1)
          .max(500)
          .describe('the ONNX file, or the task.json of a program with its models'),
        name: title.optional().describe('the path unless given'),
        batchMax: z
          .number()
          .int()
          .min(1)
          .max(1_024)
          .default(32)
          .describe('rows that may go to the model together; 1 where rows are not independent'),
        delayMs: z
          .number()
          .int()
          .min(0)
          .max(1_000)
          .default(0)
          .describe('how long a call may wait for others to go with it'),
      }),
      output: trial,
      errors,
    }),
    listTrials: operation({
      method: 'GET',
      path: '/serving/trials',
      summary: 'List the trials of the repositories that the reader may see, the latest first.',
      permission: 'serving.trial.list',
      input: z.object({
        repositoryId: id('repo').optional(),
        state: z.enum(trialStates).optional(),
        ...pageInput,
      }),
      output: pageOutput(trial),
    }),
    getTrial: operation({
      method: 'GET',
      path: '/serving/trials/{trialId}',
      summary: 'Show a trial: its state, its model, how to call it, and how much it was called.',
      permission: 'serving.trial.read',
      input: z.object({ trialId }),
      output: trialDetail,
    }),
    endTrial: operation({
      method: 'POST',
      path: '/serving/trials/{trialId}/end',
      summary: 'End a trial for good. One that has ended stays as it is.',
      permission: 'serving.trial.end',
      input: z.object({ trialId, reason: prose(2_000) }),
      output: trial,
      errors,
    }),
    callTask: operation({
      method: 'POST',
      path: '/serving/trials/{trialId}/calls',
      summary:
        'Have a task program answer one call. Larger bodies, or raw: POST /v1/tasks/{model}.',
      permission: 'serving.trial.read',
      input: taskRequest.extend({ trialId }),
      output: taskReply,
      errors,
    }),
    listTrialUsage: operation({
      method: 'GET',
      path: '/serving/trials/{trialId}/usage',
      summary: 'List who called a trial how often, by the minute, the latest first.',
      permission: 'serving.trial.end',
      input: z.object({ trialId, ...pageInput }),
      output: pageOutput(trialUsage),
    }),
    ...endpointOperations,
    getReplay: operation({
      method: 'GET',
      path: '/serving/deployments/{deploymentId}/replays/{replayId}',
      summary: 'Show how far a replay is, and how many answers differ.',
      permission: 'serving.deployment.read',
      ...onDeployment,
      input: z.object({ deploymentId, replayId }),
      output: replay,
    }),
  },
});
