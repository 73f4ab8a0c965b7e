import * as z from 'zod';
import { type Words, words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import type { Level } from './entities.ts';
import type { ScoreRecorded } from './facts.ts';
import type { EvaluationRow } from './store.ts';

/** What a certificate says beside the evaluation that it stands on. */
export type CertificateTerms = {
  certificateId: string;
  title: Words;
  scope: Words;
  limits: Words;
  holder: { id: string; name: string };
  issuedAt: Date;
  validUntil: Date;
};

/**
 * The document of a certificate: never changed, vouched for by the digest of its JCS form in the
 * ledger. Numbers and digests stand where `certificatePaths` says, and each is claimed from the
 * recorded fact. `level` is what could be proved of the score on the day of issue; later
 * attestation or disclosure only adds to the evidence.
 */
export function certificateDocument(
  row: EvaluationRow,
  recorded: ScoreRecorded,
  { issuedAt, validUntil, ...terms }: CertificateTerms,
): Record<string, Json> {
  return {
    format: 'touyan-certificate/1',
    ...terms,
    issuedAt: issuedAt.toISOString(),
    validUntil: validUntil.toISOString(),
    level: levelOf(row),
    evaluationId: recorded.evaluationId,
    program: { revisionDigest: recorded.revisionDigest, optionsDigest: recorded.optionsDigest },
    dataset: {
      kind: recorded.datasetKind,
      revisionDigest: recorded.datasetDigest,
      featuresDigest: recorded.featuresDigest,
      labelsDigest: recorded.labelsDigest,
    },
    scorer: {
      revisionDigest: recorded.scorerDigest,
      options: recorded.scorerOptions,
      pointer: recorded.scorePointer,
      environmentDigest: recorded.scorerEnvironmentDigest,
    },
    environment: { digest: recorded.environmentDigest, isolation: recorded.isolation },
    predictionsDigest: recorded.predictionsDigest,
    resultDigest: recorded.resultDigest,
    score: recorded.score,
    interval: recorded.interval,
    precision: recorded.precision,
    recall: recorded.recall,
    eventsTrue: recorded.eventsTrue,
    eventsFound: recorded.eventsFound,
    falseAlarms: recorded.falseAlarms,
  };
}

/** Where in the document each member of the recorded fact's body stands. */
export const certificatePaths: Readonly<Record<string, string>> = {
  evaluationId: '/evaluationId',
  revisionDigest: '/program/revisionDigest',
  optionsDigest: '/program/optionsDigest',
  datasetKind: '/dataset/kind',
  datasetDigest: '/dataset/revisionDigest',
  featuresDigest: '/dataset/featuresDigest',
  labelsDigest: '/dataset/labelsDigest',
  scorerDigest: '/scorer/revisionDigest',
  scorerOptions: '/scorer/options',
  scorePointer: '/scorer/pointer',
  scorerEnvironmentDigest: '/scorer/environmentDigest',
  environmentDigest: '/environment/digest',
  isolation: '/environment/isolation',
  predictionsDigest: '/predictionsDigest',
  resultDigest: '/resultDigest',
  score: '/score',
  interval: '/interval',
  precision: '/precision',
  recall: '/recall',
  eventsTrue: '/eventsTrue',
  eventsFound: '/eventsFound',
  falseAlarms: '/falseAlarms',
};

/** What checking the evidence of an evaluation proves of its score at this time. */
export function levelOf(row: Pick<EvaluationRow, 'method' | 'attested_fact_id'>): Level {
  if (row.method !== null) return 'recomputed';
  return row.attested_fact_id === null ? 'included' : 'attested';
}

/** The parts of a document that lists show. */
export const certificateHead = z.object({
  title: words(500),
  holder: z.object({ name: z.string() }),
  program: z.object({ revisionDigest: z.string() }),
  dataset: z.object({ revisionDigest: z.string() }),
  score: z.number(),
});
