import * as z from 'zod';
import { digest, id, instant } from '#kernel/entities.ts';
import { endReasons, environmentNames } from './isolation.ts';

/** Entities of the module compute. Browser-safe. */

export const environmentName = z.enum(environmentNames);

const jobStates = ['waiting', 'running', 'done', 'failed', 'stopped'] as const;
export const jobState = z.enum(jobStates);
export type JobState = z.output<typeof jobState>;

/** Why a job failed or stopped: the ends of a run, and what befalls a job around its run. */
export const jobReason = z.enum([
  ...endReasons.filter((reason) => reason !== 'completed'),
  'inputs_refused',
  'host_lost',
  'outputs_lost',
  'wait_limit',
]);
export type JobReason = z.output<typeof jobReason>;

const count = (most: number) => z.number().int().min(1).max(most);
const seconds = z.number().positive().max(86_400);

/** What a job asks for; what is left out has the platform's default. */
export const limits = z.object({
  wallSeconds: seconds.describe('from start to end').optional(),
  cpuSeconds: seconds.describe('of all processes together').optional(),
  memoryBytes: count(2 ** 40)
    .describe('of all processes together, /tmp included')
    .optional(),
  processes: count(4_096).describe('processes and threads at once').optional(),
  fileBytes: count(2 ** 40)
    .describe('one file in /tmp')
    .optional(),
  diskBytes: count(2 ** 40)
    .describe('all of /tmp')
    .optional(),
  rowSeconds: seconds.describe('for the answer to one row').optional(),
});

export const dataName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'a lower-case file name');
export const programPath = z.string().min(1).max(500);
export const outputDeclaration = z.object({
  name: dataName,
  bytesMax: count(2 ** 40).describe('the job fails where it writes more'),
});
const logsRule = z.enum(['full', 'none']);
export const programOptions = z.record(z.string().max(100), z.json());

/** A job as other modules ask for it, by digests of objects that they know the asker may use. */
export const jobSpec = z.object({
  ownerId: z.string(),
  basis: z.string(),
  environment: environmentName,
  program: z.object({
    files: z
      .array(z.object({ path: programPath, digest }))
      .min(1)
      .max(1_000),
    entry: programPath,
  }),
  mode: z.enum(['rows', 'batch']),
  features: digest.optional().describe('rows mode: a CSV with a header; each line is a row'),
  inputs: z
    .array(z.object({ name: dataName, digest }))
    .max(64)
    .default([]),
  outputs: z.array(outputDeclaration).max(64),
  options: programOptions.default({}),
  limits: limits.default({}),
  logs: logsRule,
});
export type JobSpec = z.output<typeof jobSpec>;
export type JobSpecInput = z.input<typeof jobSpec>;

export const usage = z.object({
  wallMs: z.number().int(),
  cpuMs: z.number().int(),
  memoryBytesMax: z.number().int().describe('the most at one time'),
  rowsAnswered: z.number().int().optional().describe('rows mode'),
});
export type JobUsage = z.output<typeof usage>;

export const output = z.object({ name: z.string(), digest, sizeBytes: z.number().int() });
export type JobOutput = z.output<typeof output>;

export const job = z.object({
  id: id('job'),
  ownerId: z.string(),
  basis: z.string().describe('what it is run for; empty for its own sake'),
  requestedBy: z.string(),
  environment: environmentName,
  mode: z.enum(['rows', 'batch']),
  state: jobState,
  reason: jobReason.nullable().describe('why it failed or stopped'),
  detail: z.string().nullable().describe('the same as a sentence of the platform'),
  attempt: z.number().int().describe('times it was begun'),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  usage: usage.nullable(),
});
export type Job = z.output<typeof job>;

export const jobDetail = job.extend({
  ahead: z.number().int().nullable().describe('jobs that wait before this one, while it waits'),
  limits,
  logs: logsRule,
  outputs: z.array(output),
  environmentDigest: z.string().nullable().describe('what exactly it ran in'),
  isolation: z.enum(['bubblewrap', 'webassembly']).nullable(),
});
export type JobDetail = z.output<typeof jobDetail>;

export const environment = z.object({
  name: environmentName,
  version: z.string(),
  digest,
  isolation: z.enum(['bubblewrap', 'webassembly']),
});

const host = z.object({
  id: z.string(),
  name: z.string(),
  isolation: z.enum(['bubblewrap', 'webassembly']),
  environments: z.array(environment),
  slots: z.number().int().describe('jobs that it runs at once'),
  running: z.number().int(),
  advice: z.string().nullable().describe('what its operator should do'),
  seenAt: instant,
});

export const pool = z.object({
  name: z.string(),
  kind: z.enum(['embedded']),
  waiting: z.number().int(),
  hosts: z.array(host),
});
