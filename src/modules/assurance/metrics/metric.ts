import * as z from 'zod';
import type { Json } from '#kernel/errors.ts';

/** How often each case counts: 1 each, or as a resample drew it. */
export type Weights = ArrayLike<number>;

/** All cases of a suite together. */
export type Sum = {
  /** The metric over the cases so weighted; 0 where it is not defined, such as without any case. */
  score(weights: Weights): number;
  /** What stands beside the score, each case counted once. */
  figures: Readonly<Record<string, number>>;
};

/**
 * How answers of one task are judged. No I/O. A *tally* is what one case adds: small, JSON, and enough for the metric over
 * any choice of cases, so that neither answers nor the suite are needed again.
 */
export type MetricDefinition<Expected, Answer, Tally> = {
  /** With its version, which grows with every change of a number: `accuracy/1`. */
  name: string;
  better: 'higher' | 'lower';
  expected: z.ZodType<Expected>;
  /** The part of an answer that is judged. */
  answer: z.ZodType<Answer>;
  tally: z.ZodType<Tally>;
  /** What speaks against a case of a suite; null where nothing does. */
  problem?(expected: Expected, texts: readonly string[]): string | null;
  /** Null where the answer does not fit the case, which then counts as failed. */
  judge(expected: Expected, answer: Answer, texts: readonly string[]): Tally | null;
  /** Of a case without an answer: everything in it is wrong. */
  miss(expected: Expected): Tally;
  /** One case from 0, wholly wrong, to 1, wholly right. */
  caseScore(tally: Tally): number;
  sum(tallies: readonly Tally[]): Sum;
};

export type CaseJudgement = { score: number; tally: Json };

/** A metric over plain JSON, as suites and tables hold it. */
export type Metric = {
  name: string;
  better: 'higher' | 'lower';
  /** What is wrong with what a case expects; null where it can be judged. */
  problemOf(expected: Json, texts: readonly string[]): string | null;
  /** Null where the answer does not fit the case. */
  judge(expected: Json, answer: unknown, texts: readonly string[]): CaseJudgement | null;
  miss(expected: Json): CaseJudgement;
  sum(tallies: readonly Json[]): Sum;
};

export function defineMetric<Expected, Answer, Tally extends Json>(
  definition: MetricDefinition<Expected, Answer, Tally>,
): Metric {
  const { name, better, expected: expectedSchema, answer: answerSchema, tally } = definition;
  const judged = (one: Tally): CaseJudgement => ({ score: definition.caseScore(one), tally: one });
  return {
    ...{ name, better },
    problemOf(expected, texts) {
      const read = expectedSchema.safeParse(expected);
      if (!read.success) return firstProblem(read.error);
      return definition.problem?.(read.data, texts) ?? null;
    },
    judge(expected, answer, texts) {
      const read = answerSchema.safeParse(answer);
      const one = read.success
        ? definition.judge(expectedSchema.parse(expected), read.data, texts)
        : null;
      return one === null ? null : judged(one);
    },
    miss: (expected) => judged(definition.miss(expectedSchema.parse(expected))),
    sum: (tallies) => definition.sum(tallies.map((one) => tally.parse(one))),
  };
}

/** The first thing that a schema says against a value, with where: `boxes.0.label: …`. */
export function firstProblem({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (!issue) return 'it does not fit';
  const where = issue.path.map(String).join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}

/** Precision, recall and their harmonic mean from counts; 0 where there is nothing to divide by. */
export function precisionRecall(counts: { hits: number; found: number; truths: number }) {
  const { hits, found, truths } = counts;
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    precision: ratio(hits, found),
    recall: ratio(hits, truths),
    f1: ratio(2 * hits, found + truths),
  };
}

/** 1 for each of so many cases. */
export const once = (count: number): Weights => new Uint8Array(count).fill(1);

export const label = z.string().min(1).max(200);
export const seconds = z.number().min(0).max(36_000);
