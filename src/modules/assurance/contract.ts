import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { digest, id, pageInput, pageOutput, prose, words } from '#kernel/entities.ts';
import {
  certificate,
  certificateDetail,
  certificateId,
  certificateStates,
  datasetKind,
  evaluation,
  evaluationDetail,
  evaluationId,
  evidenceFile,
  jobLog,
} from './entities.ts';
import { assuranceErrors } from './errors.ts';
import { evaluationStates, phases } from './evaluation-state.ts';
import { assuranceFacts } from './facts.ts';
import { measuredTasks } from './measurements/measured-tasks.ts';
import {
  boardRow,
  listedSuite,
  measuredCase,
  measuredCaseDetail,
  measurement,
  measurementDetail,
  measurementId,
  measurementStates,
} from './measurements/measurement-entities.ts';

/** Contract of the module `assurance`. Browser-safe. */

const errors = assuranceErrors.declarations;
const partyId = z.string().min(1).max(80);
const onEvaluation = { resourceKey: 'evaluationId', input: z.object({ evaluationId }) } as const;
const onCertificate = { resourceKey: 'certificateId', input: z.object({ certificateId }) } as const;

const permissions = {
  'assurance.evaluation.list': {
    kind: 'member',
    resource: null,
    summary: 'list the evaluations that one may see',
  },
  'assurance.evaluation.read': {
    kind: 'read',
    resource: 'assurance.evaluation',
    summary: 'see the state, score and digests of an evaluation',
  },
  'assurance.data.read': {
    kind: 'read',
    resource: 'assurance.data',
    summary: 'see everything of an evaluation on own data: predictions, logs, sealed scores',
  },
  'assurance.data.repeat': {
    kind: 'write',
    resource: 'assurance.data',
    summary: 'run the same inputs of an evaluation again, to compare',
  },
  'assurance.data.manage': {
    kind: 'manage',
    resource: 'assurance.data',
    summary: 'disclose predictions and labels of an evaluation on own data',
  },
  'assurance.score.attest': {
    kind: 'grant',
    resource: 'assurance.evaluation',
    summary: 'attest a score by running the same inputs again',
  },
  'assurance.certificate.list': {
    kind: 'open',
    resource: null,
    summary: 'list certificates',
  },
  'assurance.certificate.read': {
    kind: 'read',
    resource: 'assurance.certificate',
    summary: 'read a certificate and its evidence',
  },
  'assurance.certificate.manage': {
    kind: 'manage',
    resource: 'assurance.certificate',
    summary: 'revoke a certificate',
  },
  'assurance.measurement.create': {
    kind: 'member',
    resource: null,
    summary: 'measure an algorithm of a repository that one may write over a suite',
  },
  'assurance.measurement.operate': {
    kind: 'operate',
    resource: null,
    summary: 'measure any algorithm that one may read',
  },
  'assurance.measurement.list': {
    kind: 'open',
    resource: null,
    summary: 'see what was measured of algorithms and by suites that one may read',
  },
} as const;

export const assuranceContract = moduleContract({
  name: 'assurance',
  permissions,
  facts: assuranceFacts,
  tasks: {},
  errors,
  operations: {
    listEvaluations: operation({
      method: 'GET',
      path: '/assurance/evaluations',
      summary: 'List the evaluations that the reader may see, the newest first.',
      permission: 'assurance.evaluation.list',
      input: z.object({
        state: z.enum(evaluationStates).optional(),
        datasetKind: datasetKind.optional(),
        basis: z.string().max(80).optional().describe('what it was asked for'),
        ownerId: partyId.optional(),
        revisionDigest: digest.optional(),
        datasetDigest: digest.optional(),
        repeats: z.stringbool().default(false).describe('repeats of others too'),
        ...pageInput,
      }),
      output: pageOutput(evaluation),
    }),
    getEvaluation: operation({
      method: 'GET',
      path: '/assurance/evaluations/{evaluationId}',
      summary: 'Show an evaluation: its state and why, all that it rests on, what one can do.',
      permission: 'assurance.evaluation.read',
      ...onEvaluation,
      output: evaluationDetail,
    }),
    readLog: operation({
      method: 'GET',
      path: '/assurance/evaluations/{evaluationId}/log/{phase}',
      summary: 'Read what a program printed on public data, or a scorer on own data.',
      permission: 'assurance.evaluation.read',
      resourceKey: 'evaluationId',
      input: z.object({ evaluationId, phase: z.enum(phases) }),
      output: jobLog,
      errors,
    }),
    repeatEvaluation: operation({
      method: 'POST',
      path: '/assurance/evaluations/{evaluationId}/repeats',
      summary: 'Run the same inputs again and compare the result.',
      permission: 'assurance.data.repeat',
      status: 202,
      ...onEvaluation,
      output: z.object({ evaluationId: evaluationId.describe('of the repeat') }),
      errors,
    }),
    attestScore: operation({
      method: 'POST',
      path: '/assurance/evaluations/{evaluationId}/attestations',
      summary:
        'Run the same inputs again; an equal result attests the score in the name of the caller.',
      permission: 'assurance.score.attest',
      status: 202,
      ...onEvaluation,
      output: z.object({ evaluationId: evaluationId.describe('of the repeat') }),
      errors,
    }),
    discloseEvaluation: operation({
      method: 'POST',
      path: '/assurance/evaluations/{evaluationId}/disclosure',
      summary: 'Publish predictions and labels in the evidence, so that anybody can recompute.',
      permission: 'assurance.data.manage',
      ...onEvaluation,
      output: evaluationDetail,
      errors,
    }),
    evaluationEvidence: operation({
      method: 'GET',
      path: '/assurance/evaluations/{evaluationId}/evidence',
      summary: 'Get the receipt of a score: the recorded fact with its proof.',
      permission: 'assurance.evaluation.read',
      ...onEvaluation,
      output: evidenceFile,
      errors,
    }),
    listCertificates: operation({
      method: 'GET',
      path: '/assurance/certificates',
      summary: 'List certificates, the newest first.',
      permission: 'assurance.certificate.list',
      input: z.object({
        q: prose(100).optional().describe('words of the title or of the name of the holder'),
        state: z.enum(certificateStates).optional(),
        holderId: partyId.optional(),
        revisionDigest: digest.optional(),
        evaluationId: evaluationId.optional(),
        ...pageInput,
      }),
      output: pageOutput(certificate),
    }),
    getCertificate: operation({
      method: 'GET',
      path: '/assurance/certificates/{certificateId}',
      summary: 'Show a certificate, whether it holds, and why it can be trusted.',
      permission: 'assurance.certificate.read',
      ...onCertificate,
      output: certificateDetail,
    }),
    certificateEvidence: operation({
      method: 'GET',
      path: '/assurance/certificates/{certificateId}/evidence',
      summary: 'Get the evidence file of a certificate, which can be verified offline.',
      permission: 'assurance.certificate.read',
      ...onCertificate,
      output: evidenceFile,
      errors,
    }),
    revokeCertificate: operation({
      method: 'POST',
      path: '/assurance/certificates/{certificateId}/revocation',
      summary: 'Revoke a certificate at once, with a reason that everybody reads.',
      permission: 'assurance.certificate.manage',
      resourceKey: 'certificateId',
      input: z.object({
        certificateId,
        reason: prose(2_000)
          .refine((text) => text.trim().length > 0, 'a reason')
          .refine((text) => text.isWellFormed(), 'well-formed Unicode'),
      }),
      output: certificateDetail,
      errors,
    }),
    createMeasurement: operation({
      method: 'POST',
      path: '/assurance/measurements',
      summary: 'Measure an algorithm on trial over a suite; again, to compare with the first time.',
      permission: 'assurance.measurement.create',
      status: 202,
      input: z.object({
        trialId: id('trial').describe('a trial that answers task-level calls'),
        suite: z.object({
          repositoryId: id('repo').describe('a dataset with a suite.json'),
          revisionDigest: digest.optional().describe('the latest revision unless given'),
        }),
      }),
      output: measurement,
      errors,
    }),
    listMeasurements: operation({
      method: 'GET',
      path: '/assurance/measurements',
      summary:
        'List measurements of algorithms by suites that the reader may see, the latest first.',
      permission: 'assurance.measurement.list',
      input: z.object({
        repositoryId: id('repo').optional().describe('of the algorithm'),
        revisionDigest: digest.optional().describe('of the algorithm'),
        trialId: id('trial').optional(),
        suiteRepositoryId: id('repo').optional(),
        state: z.enum(measurementStates).optional(),
        repeats: z.stringbool().default(false).describe('repeats of others too'),
        ...pageInput,
      }),
      output: pageOutput(measurement),
    }),
    getMeasurement: operation({
      method: 'GET',
      path: '/assurance/measurements/{measurementId}',
      summary: 'Show a measurement: its score, figures, all that it rests on, and its repeats.',
      permission: 'assurance.measurement.list',
      input: z.object({ measurementId }),
      output: measurementDetail,
    }),
    stopMeasurement: operation({
      method: 'POST',
      path: '/assurance/measurements/{measurementId}/stop',
      summary: 'Stop a measurement for good. One that has ended stays as it is.',
      permission: 'assurance.measurement.create',
      input: z.object({ measurementId }),
      output: measurementDetail,
      errors,
    }),
    listMeasuredCases: operation({
      method: 'GET',
      path: '/assurance/measurements/{measurementId}/cases',
      summary: 'List the cases of a measurement, the worst first.',
      permission: 'assurance.measurement.list',
      input: z.object({
        measurementId,
        failedOnly: z
          .stringbool()
          .default(false)
          .describe('only those without an answer that fits'),
        ...pageInput,
      }),
      output: pageOutput(measuredCase),
    }),
    getMeasuredCase: operation({
      method: 'GET',
      path: '/assurance/measurements/{measurementId}/cases/{place}',
      summary: 'Show one case: what was asked, what was expected, and what came.',
      permission: 'assurance.measurement.list',
      input: z.object({ measurementId, place: z.coerce.number().int().min(0).max(1_000_000) }),
      output: measuredCaseDetail,
      errors,
    }),
    listSuites: operation({
      method: 'GET',
      path: '/assurance/suites',
      summary: 'List the suites by which something was measured, the last measured first.',
      permission: 'assurance.measurement.list',
      input: z.object({ task: z.enum(measuredTasks).optional(), ...pageInput }),
      output: pageOutput(listedSuite),
    }),
    getSuiteBoard: operation({
      method: 'GET',
      path: '/assurance/suites/{repositoryId}/board',
      summary: 'Rank the algorithms that were measured by a suite, each in its latest revision.',
      permission: 'assurance.measurement.list',
      input: z.object({
        repositoryId: id('repo').describe('of the suite'),
        revisionDigest: digest.optional().describe('the one that was measured last unless given'),
        ...pageInput,
      }),
      output: pageOutput(boardRow).extend({
        revisionDigest: digest.nullable(),
        suite: z
          .object({
            name: words(200),
            ownerId: z.string(),
            task: z.enum(measuredTasks),
            cases: z.number().int(),
          })
          .nullable()
          .describe('null where nothing was measured by it'),
      }),
    }),
  },
});
