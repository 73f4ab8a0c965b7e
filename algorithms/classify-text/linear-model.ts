import { type NgramRule, ngramBuckets } from '../shared/text-ngrams.ts';

/** Logistic regression on n-grams: one weight of eight bits a bucket, of which `scale` makes numbers. */
export type LinearModel = {
  rule: NgramRule;
  weights: Int8Array;
  scale: number;
  bias: number;
};

/** How likely a text is of the class that was trained for, from 0 to 1. A text without letters is as likely as any. */
export function likelihood(text: string, { rule, weights, scale, bias }: LinearModel): number {
  const buckets = ngramBuckets(text, rule);
  const sum = buckets.reduce((total, bucket) => total + (weights[bucket] ?? 0), 0);
  const length = Math.sqrt(buckets.length) || 1;
  return 1 / (1 + Math.exp(-((sum * scale) / length + bias)));
}
