import type { Bilingual } from '#web/words.ts';

/** What the page shows of a certificate's document. */
export type CertificateFace = {
  scope: Bilingual;
  limits: Bilingual;
  hidden: boolean;
  interval: { low: number; high: number } | null;
  /** Those that the scorer gave, in the order of the page. */
  numbers: readonly { key: NumberKey; value: number }[];
  digests: readonly { key: DigestKey; value: string }[];
};

const numberKeys = ['precision', 'recall', 'eventsTrue', 'eventsFound', 'falseAlarms'] as const;
export type NumberKey = (typeof numberKeys)[number];

const digestPaths = {
  d_revision: ['program', 'revisionDigest'],
  d_options: ['program', 'optionsDigest'],
  d_dataset: ['dataset', 'revisionDigest'],
  d_features: ['dataset', 'featuresDigest'],
  d_labels: ['dataset', 'labelsDigest'],
  d_scorer: ['scorer', 'revisionDigest'],
  d_scorerEnvironment: ['scorer', 'environmentDigest'],
  d_environment: ['environment', 'digest'],
  d_predictions: ['predictionsDigest'],
  d_result: ['resultDigest'],
} as const;
export type DigestKey = keyof typeof digestPaths;

/** Reads the face of a certificate from its document (`touyan-certificate/1`). Pure. */
export function readFace(document: unknown): CertificateFace {
  const interval = {
    low: numberAt(document, ['interval', 'low']),
    high: numberAt(document, ['interval', 'high']),
  };
  const { low, high } = interval;
  return {
    scope: wordsAt(document, 'scope'),
    limits: wordsAt(document, 'limits'),
    hidden: valueAt(document, ['dataset', 'kind']) === 'hidden',
    interval: low === null || high === null ? null : { low, high },
    numbers: numberKeys.flatMap((key) => {
      const value = numberAt(document, [key]);
      return value === null ? [] : [{ key, value }];
    }),
    digests: Object.keys(digestPaths)
      .filter(isDigestKey)
      .flatMap((key) => {
        const value = valueAt(document, digestPaths[key]);
        return typeof value === 'string' ? [{ key, value }] : [];
      }),
  };
}

const isDigestKey = (key: string): key is DigestKey => key in digestPaths;

function valueAt(value: unknown, path: readonly string[]): unknown {
  let here: unknown = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = new Map(Object.entries(here)).get(step);
  }
  return here;
}

function numberAt(value: unknown, path: readonly string[]): number | null {
  const found = valueAt(value, path);
  return typeof found === 'number' ? found : null;
}

function wordsAt(value: unknown, name: string): Bilingual {
  const text = (language: string) => {
    const found = valueAt(value, [name, language]);
    return typeof found === 'string' ? found : '';
  };
  return { zh: text('zh'), en: text('en') };
}
