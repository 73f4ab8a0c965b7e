import * as z from 'zod';
import type { Json } from '#kernel/errors.ts';
import { knownKeys, knownLicences, knownTasks, nearest } from './card-known.ts';

/** What is worth saying of a card's front matter, though it can be read. */
export type CardFinding = {
  path: readonly PropertyKey[];
  problem: string;
  /** What was probably meant. */
  suggestion: string | null;
};

const oneLine = (what: string) => z.string(`should be ${what}`).max(500, 'is too long');
const list = (what: string) =>
  z.array(oneLine(what), `should be a list of ${what}s`).max(200, 'has too many entries');
const oneOrList = (what: string) =>
  z.union([oneLine(what), list(what)], `should be ${what} or a list of such`);

const result = z.looseObject(
  {
    task: z.looseObject({ type: oneLine('text') }, 'needs a type'),
    dataset: z.looseObject({ type: oneLine('text'), name: oneLine('text') }, 'needs type and name'),
    metrics: z.array(
      z.looseObject(
        {
          type: oneLine('text'),
          value: z.json().refine((value) => value !== null, 'needs a value'),
        },
        'needs type and value',
      ),
      'should be a list',
    ),
  },
  'needs task, dataset and metrics',
);

// The keys of https://github.com/huggingface/hub-docs/blob/main/modelcard.md, with our sector and
// task; other keys are kept as they are.
const frontMatter = z
  .looseObject({
    language: oneOrList('a language code').optional(),
    license: oneOrList('an identifier such as apache-2.0').optional(),
    license_name: oneLine('text').optional(),
    license_link: oneLine('an address or a file').optional(),
    library_name: oneLine('text').optional(),
    pipeline_tag: oneLine('the name of a task').optional(),
    task: oneLine('the name of a task').optional(),
    task_categories: list('task').optional(),
    sector: oneLine('text').optional(),
    hardware: oneOrList('a chip').optional(),
    tags: list('tag').optional(),
    datasets: oneOrList('a dataset').optional(),
    metrics: list('metric').optional(),
    base_model: oneOrList('a model').optional(),
    widget: z.array(z.looseObject({}, 'should be keys with values'), 'should be a list').optional(),
    'model-index': z
      .array(
        z.looseObject(
          { name: oneLine('text'), results: z.array(result, 'should be a list') },
          'needs name and results',
        ),
        'should be a list',
      )
      .optional(),
  })
  .refine((matter) => matter.license !== 'other' || matter.license_name !== undefined, {
    path: ['license_name'],
    message: 'is needed where license is "other"',
  });

/** Codes that people write for languages, and the ones of ISO 639 that they mean. */
const languagesMeant: Readonly<Record<string, string>> = {
  ...{ cn: 'zh', chinese: 'zh', 中文: 'zh', jp: 'ja', japanese: 'ja', kr: 'ko', english: 'en' },
};

/**
 * What does not fit, or is not known: each with its place in the front matter and, where one is near, the known
 * word that was meant.
 */
export function findingsIn(metadata: Readonly<Record<string, Json>>): CardFinding[] {
  const parsed = frontMatter.safeParse(metadata);
  const shapes = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({
        path,
        problem: message,
        suggestion: null,
      }));
  return [...shapes, ...unknownKeys(metadata), ...unknownWords(metadata)];
}

/** Keys of our own are welcome; only what looks like a slip of a known one is said. */
function unknownKeys(metadata: Readonly<Record<string, Json>>): CardFinding[] {
  return Object.keys(metadata)
    .filter((key) => !knownKeys.includes(key))
    .flatMap((key) => {
      const suggestion = nearest(key, knownKeys);
      const taken = suggestion === null || Object.hasOwn(metadata, suggestion);
      return taken ? [] : [{ path: [key], problem: 'is not a key of a card', suggestion }];
    });
}

function unknownWords(metadata: Readonly<Record<string, Json>>): CardFinding[] {
  const check = (
    key: string,
    problem: string,
    judge: (word: string) => { known: boolean; suggestion: string | null },
  ): CardFinding[] =>
    wordsAt(metadata, key).flatMap(({ path, word }) => {
      const { known, suggestion } = judge(word);
      return known ? [] : [{ path, problem, suggestion }];
    });
  const among = (known: readonly string[]) => (word: string) => ({
    known: known.includes(word),
    suggestion: nearest(word, known),
  });
  const licence = among(knownLicences);
  const task = among(knownTasks);
  return [
    // In small letters: `Apache-2.0` is SPDX's own way to write it.
    ...check('license', 'is not a known licence', (word) => licence(word.toLowerCase())),
    ...check('pipeline_tag', 'is not a known task', task),
    ...check('task_categories', 'is not a known task', task),
    // Ours may be new; a slip of a known one is not.
    ...check('task', 'is not a known task', (word) => {
      const judged = task(word);
      return { ...judged, known: judged.known || judged.suggestion === null };
    }),
    ...check('language', 'is not a known language', (word) => ({
      known: isLanguage(word),
      suggestion: languagesMeant[word.toLowerCase()] ?? null,
    })),
  ];
}

/** One word or each word of a list, with its place. */
function wordsAt(metadata: Readonly<Record<string, Json>>, key: string) {
  const value = metadata[key];
  if (typeof value === 'string') return [{ path: [key], word: value }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((word, place) =>
    typeof word === 'string' ? [{ path: [key, place], word }] : [],
  );
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

function isLanguage(code: string): boolean {
  if (['multilingual', 'code', 'other', 'unknown'].includes(code)) return true;
  if (!/^[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/.test(code)) return false;
  try {
    return languageNames.of(code.split(/[-_]/)[0] ?? '') !== undefined;
  } catch {
    return false;
  }
}
