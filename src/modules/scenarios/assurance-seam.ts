import * as z from 'zod';
import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import type { CallSpec } from './entities.ts';
import type { Program } from './program-entry.ts';

/** What scenarios asks of the module assurance, and how it reads what that announces. */

export type EvaluationRequest = {
  /** The submission. */
  basis: string;
  ownerId: string;
  program: Program;
  options: Record<string, Json>;
  /** Digests of the two tables. */
  features: string;
  labels: string;
  scorer: Program;
  scorerOptions: Record<string, Json>;
  /** Digest of the revision that holds both tables. */
  datasetDigest: string;
  datasetKind: 'public' | 'hidden';
  limits: CallSpec['limits']['job'];
  scorePointer: string;
  /** Digits after the point that may be told of a score on hidden data. */
  precision: number;
};

export type Assurance = {
  /** Begins an evaluation, if the transaction commits; its id. */
  evaluate(tx: Executor, request: EvaluationRequest, call: Call): Promise<string>;
  /** Issues a certificate over a finished evaluation; its id. */
  issueCertificate(
    tx: Executor,
    certificate: {
      evaluationId: string;
      title: Words;
      scope: Words;
      limits: Words;
      holderId: string;
      validDays: number;
      basis: string;
    },
    call: Call,
  ): Promise<string>;
};

const count = z.number().int().nullable().optional();
const share = z.number().nullable().optional();

/** Body of `assurance.score_recorded`, as far as it is used here. */
export const scoreBody = z.object({
  evaluationId: z.string(),
  score: z.number(),
  precision: share,
  recall: share,
  eventsTrue: count,
  eventsFound: count,
  falseAlarms: count,
  interval: z.object({ low: z.number(), high: z.number() }).nullable().optional(),
});
export type ScoreBody = z.infer<typeof scoreBody>;

/** Body of `assurance.evaluation_finished`, as far as it is used here. */
export const finishedBody = z.object({
  evaluationId: z.string(),
  state: z.enum(['done', 'failed']),
  reason: z.string().nullable(),
});
