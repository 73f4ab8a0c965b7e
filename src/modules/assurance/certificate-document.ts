import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import type { Level } from './entities.ts';
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
 * The document of a certificate: never changed, vouched for by the digest of its JCS form in the ledger. Numbers
 * and digests stand where `certificatePaths` says, and each is claimed from the recorded fact. `level` is what
 * could be proved of the score on the day of issue; later attestation or disclosure only adds to the evidence.
 */
export function certificateDocument(
  row: EvaluationRow,
  recorded: { at: Date; body: Record<string, Json> },
  { holder, issuedAt, validUntil, ...terms }: CertificateTerms,
): Record<string, Json> {
  const { body } = recorded;
  const of = (member: string): Json => body[member] ?? null;
  return {
    format: 'touyan-certificate/1',
    ...terms,
    holder,
    issuedAt: issuedAt.toISOString(),
    validUntil: validUntil.toISOString(),
    level: levelOf(row),
    evaluation: { evaluationId: row.id, recordedAt: recorded.at.toISOString() },
    program: { revisionDigest: of('revisionDigest'), optionsDigest: of('optionsDigest') },
    dataset: {
      kind: of('datasetKind'),
      revisionDigest: of('datasetDigest'),
      featuresDigest: of('featuresDigest'),
      labelsDigest: of('labelsDigest'),
    },
    scorer: {
      revisionDigest: of('scorerDigest'),
      options: of('scorerOptions'),
      pointer: of('scorePointer'),
      environmentDigest: of('scorerEnvironmentDigest'),
    },
    environment: { digest: of('environmentDigest'), isolation: of('isolation') },
    predictionsDigest: of('predictionsDigest'),
    resultDigest: of('resultDigest'),
    score: of('score'),
    interval: of('interval'),
    precision: of('precision'),
    recall: of('recall'),
    eventsTrue: of('eventsTrue'),
    eventsFound: of('eventsFound'),
    falseAlarms: of('falseAlarms'),
  };
}

/** Where in the document each member of the recorded fact's body stands. */
export const certificatePaths: Readonly<Record<string, string>> = {
  evaluationId: '/evaluation/evaluationId',
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
