import * as z from 'zod';
import { digest, instant } from '#kernel/entities.ts';
import { certificateId, datasetKind, evaluationId } from './entities.ts';
import { measuredTasks } from './measurements/measured-tasks.ts';
import { repeatOutcomes } from './measurements/measurement-entities.ts';
import { scoresEntity } from './scores.ts';

/** What the module announces. Bodies hold digests, numbers and pseudonymous ids. */
export const assuranceFacts = {
  /** Everything that the score rests on, and the score in full. */
  'assurance.score_recorded': z.object({
    evaluationId,
    basis: z.string(),
    revisionDigest: digest,
    optionsDigest: digest,
    datasetKind,
    datasetDigest: digest,
    featuresDigest: digest,
    labelsDigest: digest,
    predictionsDigest: digest,
    scorerDigest: digest,
    scorerOptions: z.record(z.string(), z.json()),
    scorePointer: z.string(),
    environmentDigest: digest,
    scorerEnvironmentDigest: digest,
    isolation: z.string().nullable(),
    resultDigest: digest,
    ...scoresEntity.shape,
  }),
  'assurance.evaluation_finished': z.object({
    evaluationId,
    basis: z.string(),
    state: z.enum(['done', 'failed']),
    reason: z.string().nullable(),
    score: z.number().nullable(),
  }),
  /** A later run of the same inputs has ended. */
  'assurance.evaluation_repeated': z.object({
    evaluationId,
    repeatOf: evaluationId,
    outcome: z.enum(['equal', 'different', 'failed']),
    resultDigest: digest.nullable(),
    environmentDigest: digest.nullable(),
  }),
  /** `fact` and `value` are what a verifier looks at (`#verify/verify.ts`). */
  'assurance.score_attested': z.object({
    evaluationId,
    fact: z.string(),
    value: z.number(),
    scoreFactId: z.string(),
    score: z.number(),
    by: z.string(),
    repeatedAs: evaluationId,
    resultDigest: digest,
    environmentDigest: digest,
  }),
  'assurance.evaluation_disclosed': z.object({
    evaluationId,
    predictionsDigest: digest,
    labelsDigest: digest,
    method: z.string().nullable(),
  }),
  'assurance.certificate_issued': z.object({
    certificateId,
    documentDigest: digest,
    evaluationId,
    basis: z.string(),
    holderId: z.string(),
    revisionDigest: digest,
    optionsDigest: digest,
    datasetDigest: digest,
    labelsDigest: digest,
    scorerDigest: digest,
    environmentDigest: digest,
    score: z.number(),
    validUntil: instant,
  }),
  'assurance.certificate_revoked': z.object({
    certificateId,
    documentDigest: digest,
    reasonDigest: digest,
  }),
  /** An algorithm was asked every case of a suite, or no further. `suiteOpen`: whoever was signed in could read it. */
  'assurance.measurement_finished': z.object({
    measurementId: z.string(),
    state: z.enum(['done', 'failed', 'stopped']),
    reason: z.string().nullable(),
    trialId: z.string(),
    repositoryId: z.string(),
    path: z.string(),
    revisionDigest: digest,
    task: z.enum(measuredTasks),
    metric: z.string(),
    suiteRepositoryId: z.string(),
    suiteDigest: digest,
    suiteOpen: z.boolean(),
    independent: z.boolean(),
    cases: z.number().int(),
    casesFailed: z.number().int(),
    score: z.number().nullable(),
    interval: z.object({ low: z.number(), high: z.number() }).nullable(),
    environmentDigest: digest.nullable(),
    outputsDigest: digest.nullable(),
    repeatOf: z.string().nullable(),
    repeatOutcome: z.enum(repeatOutcomes).nullable(),
  }),
};

export type ScoreRecorded = z.output<(typeof assuranceFacts)['assurance.score_recorded']>;
