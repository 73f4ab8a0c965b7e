import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { digest, id, pageInput, pageOutput } from '#kernel/entities.ts';
import {
  dataName,
  environment,
  environmentName,
  job,
  jobDetail,
  jobReason,
  jobState,
  limits,
  output,
  outputDeclaration,
  pool,
  programOptions,
  programPath,
  usage,
} from './entities.ts';
import { computeErrors } from './errors.ts';

const jobId = id('job').describe('the job');
const fileOfRevision = {
  repositoryId: id('repo'),
  revisionDigest: digest,
  path: programPath.describe('of a file in the revision'),
};
const read = { permission: 'compute.job.read', resourceKey: 'jobId' } as const;

export const computeContract = moduleContract({
  name: 'compute',
  permissions: {
    'compute.environment.list': { kind: 'open', resource: null, summary: 'list environments' },
    'compute.pool.list': { kind: 'member', resource: null, summary: 'see pools and their hosts' },
    'compute.job.list': { kind: 'member', resource: null, summary: 'list jobs' },
    'compute.job.submit': {
      kind: 'write',
      resource: 'party',
      summary: 'submit a job for a party',
    },
    'compute.job.read': {
      kind: 'read',
      resource: 'compute.job',
      summary: 'see a job, its outputs and logs',
    },
    'compute.job.stop': { kind: 'write', resource: 'compute.job', summary: 'stop a job' },
  },
  facts: {
    'compute.job_submitted': z.object({
      jobId: z.string(),
      basis: z.string(),
      ownerId: z.string(),
      environment: environmentName,
      mode: z.enum(['rows', 'batch']),
      specDigest: digest,
    }),
    'compute.job_finished': z.object({
      jobId: z.string(),
      basis: z.string(),
      ownerId: z.string(),
      state: z.enum(['done', 'failed', 'stopped']),
      reason: jobReason.nullable(),
      outputs: z.array(output),
      usage,
      environmentDigest: z.string().describe('empty where the job never ran'),
      isolation: z.string().optional(),
    }),
  },
  tasks: {},
  errors: computeErrors.declarations,
  operations: {
    listEnvironments: operation({
      method: 'GET',
      path: '/compute/environments',
      summary: 'List what programs can run in, with version and digest.',
      permission: 'compute.environment.list',
      input: z.object({}),
      output: z.object({ items: z.array(environment) }),
    }),
    listPools: operation({
      method: 'GET',
      path: '/compute/pools',
      summary: 'List the pools, their hosts, and how busy they are.',
      permission: 'compute.pool.list',
      input: z.object({}),
      output: z.object({ items: z.array(pool) }),
    }),
    submitJob: operation({
      method: 'POST',
      path: '/compute/jobs',
      summary: 'Run a program of a revision on files of revisions that the asker may read.',
      permission: 'compute.job.submit',
      resourceKey: 'ownerId',
      status: 202,
      input: z.object({
        ownerId: z.string().max(64).describe('the party that it runs for'),
        environment: environmentName,
        program: z.object({
          repositoryId: id('repo'),
          revisionDigest: digest,
          entry: programPath.describe('the file to run'),
        }),
        mode: z.enum(['rows', 'batch']),
        features: z.object(fileOfRevision).optional().describe('rows mode: a CSV with a header'),
        inputs: z
          .array(z.object({ name: dataName, ...fileOfRevision }))
          .max(64)
          .default([]),
        outputs: z.array(outputDeclaration).max(64).default([]),
        options: programOptions.default({}),
        limits: limits.default({}),
      }),
      output: job,
      errors: computeErrors.declarations,
    }),
    listJobs: operation({
      method: 'GET',
      path: '/compute/jobs',
      summary: 'List the jobs that the reader may see, the latest first.',
      permission: 'compute.job.list',
      input: z.object({
        ownerId: z.string().max(64).optional(),
        basis: z.string().max(64).optional().describe('what it is run for'),
        state: jobState.optional(),
        ...pageInput,
      }),
      output: pageOutput(job),
    }),
    getJob: operation({
      method: 'GET',
      path: '/compute/jobs/{jobId}',
      summary: 'Show one job: its state and why, its outputs and what it used.',
      ...read,
      input: z.object({ jobId }),
      output: jobDetail,
    }),
    stopJob: operation({
      method: 'POST',
      path: '/compute/jobs/{jobId}/stop',
      summary: 'Stop a job. One that has ended stays as it is.',
      permission: 'compute.job.stop',
      resourceKey: 'jobId',
      status: 202,
      input: z.object({ jobId }),
      output: job,
    }),
    getJobLogs: operation({
      method: 'GET',
      path: '/compute/jobs/{jobId}/logs',
      summary: 'Show what a job printed, where its log rule allows.',
      ...read,
      input: z.object({ jobId }),
      output: z.object({ text: z.string(), truncated: z.boolean() }),
      errors: computeErrors.declarations,
    }),
  },
});
