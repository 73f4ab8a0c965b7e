import * as z from 'zod';
import { digest, id, instant, words } from '#kernel/entities.ts';
import { measuredTasks } from './measured-tasks.ts';

/** What the operations on measurements take and give. Browser-safe. */

export const measurementId = id('measurement');
export const measurementStates = ['waiting', 'running', 'done', 'failed', 'stopped'] as const;
export type MeasurementState = (typeof measurementStates)[number];
export const repeatOutcomes = ['same', 'different', 'failed'] as const;

const share = z.number();

export const measurement = z.object({
  measurementId,
  trialId: z.string(),
  repositoryId: z.string().describe('of the algorithm'),
  ownerId: z.string(),
  title: words(200).describe('of the algorithm'),
  revisionDigest: digest,
  revisionNumber: z.number().int(),
  path: z.string().describe('the file that is served'),
  task: z.enum(measuredTasks),
  suite: z.object({
    repositoryId: z.string(),
    revisionDigest: digest,
    ownerId: z.string(),
    name: words(200),
    open: z.boolean().describe('whoever was signed in could read it'),
    independent: z.boolean().describe('it belongs to another party than the algorithm'),
  }),
  state: z.enum(measurementStates),
  cases: z.number().int(),
  casesDone: z.number().int(),
  casesFailed: z.number().int().describe('without an answer that fits; each counts as wrong'),
  metric: z.string().describe('with its version, such as accuracy/1'),
  better: z.enum(['higher', 'lower']),
  score: z.number().nullable(),
  interval: z
    .object({ low: share, high: share })
    .nullable()
    .describe(
      'where 95 % of resampled suites lie; null under five cases, and where all came out alike',
    ),
  reason: z.object({ code: z.string(), sentence: words(400) }).nullable(),
  repeatOf: measurementId.nullable(),
  repeatOutcome: z.enum(repeatOutcomes).nullable(),
  createdAt: instant,
  finishedAt: instant.nullable(),
});

const repeat = z.object({
  measurementId,
  by: z.string(),
  state: z.enum(measurementStates),
  outcome: z.enum(repeatOutcomes).nullable(),
  differing: z.number().int().nullable().describe('cases whose outputs are not those of the first'),
  environmentDigest: digest.nullable(),
  createdAt: instant,
});

export const measurementDetail = measurement.extend({
  source: z.string().describe('where the suite comes from'),
  licence: z.string().describe('of the suite'),
  figures: z.record(z.string(), z.number()).nullable(),
  medianMs: z.number().nullable().describe('of a call, one at a time'),
  p90Ms: z.number().nullable(),
  environmentDigest: digest.nullable().describe('of Node.js, ONNX Runtime and the isolation'),
  outputsDigest: digest.nullable().describe('equal where every output is'),
  differing: z.number().int().nullable(),
  factId: z.string().nullable(),
  requestedBy: z.string(),
  startedAt: instant.nullable(),
  repeats: z.array(repeat),
  actions: z.array(z.enum(['measure', 'stop', 'cases'])).describe('what the reader can do'),
});

export const measuredCase = z.object({
  place: z.number().int().describe('in the suite, from 0'),
  caseId: z.string(),
  score: z.number().describe('0: wholly wrong, 1: wholly right'),
  problem: z.string().nullable().describe('why there is no answer that fits'),
  tookMs: z.number().nullable(),
  outputDigest: digest.nullable(),
});

export const measuredCaseDetail = measuredCase.extend({
  file: z.string().nullable().describe('the path in the suite of what was asked'),
  texts: z.array(z.string()),
  expected: z.json(),
  output: z.json().describe('null where none was kept'),
  outputKept: z.boolean(),
});

export const boardRow = z.object({
  rank: z.number().int().describe('equal scores have one'),
  measurement,
  repeats: z.number().int(),
  repeatsSame: z.number().int(),
});

export const listedSuite = z.object({
  repositoryId: z.string(),
  revisionDigest: digest.describe('the one that was measured last'),
  ownerId: z.string(),
  name: words(200),
  task: z.enum(measuredTasks),
  metric: z.string(),
  better: z.enum(['higher', 'lower']),
  cases: z.number().int(),
  algorithms: z.number().int().describe('measured on this revision'),
  measuredAt: instant,
});

export type MeasurementView = z.input<typeof measurement>;
export type MeasurementDetail = z.input<typeof measurementDetail>;
