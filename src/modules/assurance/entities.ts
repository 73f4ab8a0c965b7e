import * as z from 'zod';
import { digest, id, instant, words } from '#kernel/entities.ts';
import { evaluationStates, phases } from './evaluation-state.ts';
import { scoresEntity } from './scores.ts';

/** What the operations of assurance take and give. Browser-safe. */

export const evaluationId = id('evaluation');
export const certificateId = id('certificate');
export const datasetKind = z.enum(['public', 'hidden']);

const counters = z.object({
  rowsAnswered: z.number().int().nullable(),
  wallSeconds: z.number(),
  memoryMiB: z.number(),
});

/** Why there is no score. */
const reason = z.object({
  code: z.string(),
  phase: z.enum(phases),
  sentence: words(400),
  ours: z.boolean().describe('not the fault of the program: it costs its owner nothing'),
});

const compared = z.enum(['equal', 'different', 'failed']);

/** A later run of the same inputs, to compare. */
const repeat = z.object({
  evaluationId,
  by: z.string(),
  attests: z.boolean().describe('an equal result is announced as attested'),
  state: z.enum(evaluationStates),
  outcome: compared.nullable().describe('null while it runs'),
  createdAt: instant,
});

export const evaluation = z.object({
  evaluationId,
  basis: z.string().describe('what it was asked for, such as a submission'),
  ownerId: z.string().describe('the party whose program is evaluated'),
  dataOwnerId: z.string(),
  datasetKind,
  datasetDigest: digest,
  revisionDigest: digest,
  state: z.enum(evaluationStates),
  phase: z.enum(phases),
  attempt: z.number().int(),
  sealed: z.boolean().describe('only the rounded score shows, the call being open'),
  score: z.number().nullable(),
  interval: scoresEntity.shape.interval,
  reason: reason.nullable(),
  repeatOf: evaluationId.nullable(),
  createdAt: instant,
  finishedAt: instant.nullable().describe('on hidden data to the minute'),
});

const evaluationActions = [
  'read_log',
  'download_predictions',
  'repeat',
  'attest',
  'disclose',
  'evidence',
] as const;

export const evaluationDetail = evaluation.extend({
  dueAt: instant.nullable().describe('when the present state ends by itself'),
  entry: z.string(),
  environment: z.string(),
  optionsDigest: digest,
  featuresDigest: digest,
  labelsDigest: digest,
  scorerDigest: digest,
  scorerOptions: z.record(z.string(), z.json()),
  scorePointer: z.string(),
  environmentDigest: digest.nullable(),
  scorerEnvironmentDigest: digest.nullable(),
  isolation: z.string().nullable(),
  predictionsDigest: digest.nullable().describe('null where predictions on hidden data are kept'),
  resultDigest: digest.nullable().describe('equal for equal predictions and scores'),
  scores: scoresEntity.nullable(),
  cause: z.string().nullable().describe('what ended the scorer, for the owner of the data'),
  counters: counters.nullable().describe('on hidden data each rounded up to a power of two'),
  disclosedAt: instant.nullable(),
  scoreFactId: z.string().nullable(),
  attestedFactId: z.string().nullable(),
  repeats: z.array(repeat),
  actions: z.array(z.enum(evaluationActions)).describe('what the reader can do'),
});

export const jobLog = z.object({
  phase: z.enum(phases),
  text: z.string(),
  truncated: z.boolean(),
});

const levels = ['included', 'attested', 'recomputed'] as const;

export const certificateStates = ['valid', 'expired', 'revoked'] as const;

export const certificate = z.object({
  certificateId,
  state: z.enum(certificateStates),
  title: words(500),
  holderId: z.string(),
  holderName: z.string(),
  evaluationId,
  revisionDigest: digest,
  datasetDigest: digest,
  score: z.number(),
  level: z.enum(levels).describe('what checking its evidence proves of the score now'),
  issuedAt: instant,
  validUntil: instant,
});

export const certificateDetail = certificate.extend({
  document: z.record(z.string(), z.json()),
  documentDigest: digest,
  issuerId: z.string(),
  revokedAt: instant.nullable(),
  revokedReason: z.string().nullable(),
  disclosedAt: instant.nullable(),
  attestedBy: z.string().nullable(),
  facts: z.object({
    score: z.string(),
    issued: z.string(),
    attested: z.string().nullable(),
    revoked: z.string().nullable(),
  }),
  actions: z.array(z.enum(['revoke'])).describe('what the reader can do'),
});

/** `touyan verify` checks it, with the keys of the log and its witnesses alone. */
export const evidenceFile = z
  .record(z.string(), z.json())
  .describe('evidence file, format touyan-evidence/1');

export type EvaluationView = z.input<typeof evaluation>;
export type EvaluationDetail = z.input<typeof evaluationDetail>;
export type CertificateView = z.input<typeof certificate>;
export type CertificateDetail = z.input<typeof certificateDetail>;
export type Level = (typeof levels)[number];
