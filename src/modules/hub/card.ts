import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import type { Json } from '#kernel/errors.ts';
import { findingsIn } from './card-warnings.ts';
import type { Card, CardProblem, CardWarning } from './entities.ts';

/** Where a card stands in a revision, the first that is there. */
export const CARD_PATHS = ['README.md', 'readme.md', 'card.md'];

const ALIASES_MAX = 50;
const PROBLEMS_MAX = 20;
const OPENING = /^\uFEFF?---[ \t]*\r?\n/;
const CLOSING = /^---[ \t]*\r?$\n?/m;

export type ReadCard = {
  card: Card;
  /** Why it cannot be read; a revision with such a card is refused. */
  problems: readonly CardProblem[];
  /** What does not fit or is not known, though it can be read. */
  warnings: readonly CardWarning[];
};

/**
 * Splits a card into its YAML front matter (YAML 1.2, core schema) and its Markdown, and says what does
 * not fit, with lines. Never throws: a card without front matter is a good one with no metadata.
 */
export function readCard(path: string, text: string): ReadCard {
  const opening = OPENING.exec(text)?.[0];
  if (opening === undefined) {
    return { card: { path, metadata: {}, text }, problems: [], warnings: [] };
  }
  const rest = text.slice(opening.length);
  const closing = CLOSING.exec(rest);
  if (!closing) {
    const problem = 'begins with --- but no second --- ends it';
    return {
      card: { path, metadata: {}, text },
      problems: [{ line: 1, key: '', problem: `the front matter ${problem}` }],
      warnings: [],
    };
  }
  const { metadata, ...found } = readFrontMatter(rest.slice(0, closing.index));
  const body = rest.slice(closing.index + closing[0].length);
  return { card: { path, metadata, text: body }, ...found };
}

type Read = Pick<ReadCard, 'problems' | 'warnings'> & { metadata: Card['metadata'] };

function readFrontMatter(yaml: string): Read {
  const unread = (problems: CardProblem[]): Read => ({
    ...{ metadata: {}, problems: problems.slice(0, PROBLEMS_MAX), warnings: [] },
  });
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
    if (problems.length > 0) return unread(problems);
    const value = toJson(document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {});
    const metadata = keysWithValues.safeParse(value);
    if (!metadata.success) return unread([{ line: 2, key: '', problem: NO_KEYS }]);
    const warnings = findingsIn(metadata.data).slice(0, PROBLEMS_MAX);
    return {
      metadata: metadata.data,
      problems: [],
      warnings: warnings.map(({ path, problem, suggestion }) => ({
        line: lineAt(document, lines, path),
        key: path.map(String).join('.'),
        ...{ problem, suggestion },
      })),
    };
  } catch (error) {
    const problem = error instanceof RangeError ? 'is nested too deeply' : String(error);
    return unread([{ line: null, key: '', problem }]);
  }
}

const keysWithValues = z.record(z.string(), z.json());
const NO_KEYS = 'should be keys with values, such as "license: apache-2.0"';

/** Of what stands there; of what should, the line of what it belongs to. */
function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]) {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset !== undefined) return lineOf(lines, offset);
  }
  return null;
}

/** Line in the file: the front matter begins on its second. */
const lineOf = (lines: LineCounter, offset: number) => lines.linePos(offset).line + 1;

/** As JSON holds it: YAML's .nan and .inf become null. */
const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value));
