import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import type { Json } from '#kernel/errors.ts';
import type { Card, CardProblem } from './entities.ts';

/** Where a card stands in a revision, the first that is there. */
export const CARD_PATHS = ['README.md', 'readme.md', 'card.md'];

const ALIASES_MAX = 50;
const PROBLEMS_MAX = 20;
const OPENING = /^\uFEFF?---[ \t]*\r?\n/;
const CLOSING = /^---[ \t]*\r?$\n?/m;

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
  .looseObject(
    {
      language: oneOrList('a language code').optional(),
      license: oneLine('an identifier such as apache-2.0').optional(),
      license_name: oneLine('text').optional(),
      license_link: oneLine('an address or a file').optional(),
      library_name: oneLine('text').optional(),
      pipeline_tag: oneLine('the name of a task').optional(),
      task: oneLine('the name of a task').optional(),
      sector: oneLine('text').optional(),
      tags: list('tag').optional(),
      datasets: oneOrList('a dataset').optional(),
      metrics: list('metric').optional(),
      base_model: oneOrList('a model').optional(),
      'model-index': z
        .array(
          z.looseObject(
            { name: oneLine('text'), results: z.array(result, 'should be a list') },
            'needs name and results',
          ),
          'should be a list',
        )
        .optional(),
    },
    'should be keys with values, such as "license: apache-2.0"',
  )
  .refine((matter) => matter.license !== 'other' || matter.license_name !== undefined, {
    path: ['license_name'],
    message: 'is needed where license is "other"',
  });

/**
 * Splits a card into its YAML front matter (YAML 1.2, core schema) and its Markdown, and says what does
 * not fit, with lines. Never throws: a card without front matter is a good one with no metadata.
 */
export function readCard(
  path: string,
  text: string,
): { card: Card; problems: readonly CardProblem[] } {
  const opening = OPENING.exec(text)?.[0];
  if (opening === undefined) return { card: { path, metadata: {}, text }, problems: [] };
  const rest = text.slice(opening.length);
  const closing = CLOSING.exec(rest);
  if (!closing) {
    const problem = 'begins with --- but no second --- ends it';
    return {
      card: { path, metadata: {}, text },
      problems: [{ line: 1, key: '', problem: `the front matter ${problem}` }],
    };
  }
  const { metadata, problems } = readFrontMatter(rest.slice(0, closing.index));
  const body = rest.slice(closing.index + closing[0].length);
  return { card: { path, metadata, text: body }, problems };
}

function readFrontMatter(yaml: string): {
  metadata: Card['metadata'];
  problems: readonly CardProblem[];
} {
  const lines = new LineCounter();
  try {
    const document = parseDocument(yaml, {
      version: '1.2',
      schema: 'core',
      stringKeys: true,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    });
    const problems = document.errors.map(({ message, pos }) => ({
      line: lineOf(lines, pos[0]),
      key: '',
      problem: message,
    }));
    if (problems.length > 0) return { metadata: {}, problems: problems.slice(0, PROBLEMS_MAX) };
    const value = toJson(document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {});
    return check(value, document, lines);
  } catch (error) {
    const problem = error instanceof RangeError ? 'is nested too deeply' : String(error);
    return { metadata: {}, problems: [{ line: null, key: '', problem }] };
  }
}

function check(value: Json, document: Document, lines: LineCounter) {
  const parsed = frontMatter.safeParse(value);
  const fits = z.record(z.string(), z.json()).safeParse(value);
  const metadata = fits.success ? fits.data : {};
  if (parsed.success) return { metadata, problems: [] };
  const problems = parsed.error.issues.slice(0, PROBLEMS_MAX).map((issue) => {
    const node = document.getIn(issue.path, true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return {
      line: offset === undefined ? null : lineOf(lines, offset),
      key: issue.path.map(String).join('.'),
      problem: issue.message,
    };
  });
  return { metadata, problems };
}

/** Line in the file: the front matter begins on its second. */
const lineOf = (lines: LineCounter, offset: number) => lines.linePos(offset).line + 1;

/** As JSON holds it: YAML's .nan and .inf become null. */
const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value));
