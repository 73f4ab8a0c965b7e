import * as z from 'zod';
import { prose, words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import { assuranceErrors } from '../errors.ts';
import { firstProblem } from '../metrics/metric.ts';
import { taskMetrics } from '../metrics/task-metrics.ts';
import { caseAsks, type MeasuredTask, measuredTasks } from './measured-tasks.ts';

/** `suite.json` and the lines of cases, read strictly. No I/O. */

export const SUITE_FILE = 'suite.json';
/** Rows of all tables of a suite: their scores are kept and compared with each other. */
const ROWS_MAX = 200_000;

const path = z.string().min(1).max(500);
const suiteFile = z.strictObject({
  task: z.enum(measuredTasks),
  cases: path,
  name: words(200).refine(({ zh, en }) => zh + en !== '', 'in one language at least'),
  source: prose(2_000),
  licence: z.string().min(1).max(200),
});
export type SuiteFile = z.output<typeof suiteFile>;

const text = z.string().max(20_000);
const line = z.strictObject({
  id: z.string().regex(/^[\p{L}\p{N}](?:[\p{L}\p{N}._/-]{0,198})$/u, 'letters, digits and . _ - /'),
  file: path.optional(),
  text: text.optional(),
  texts: z.array(text).length(2).optional(),
  rows: path.optional(),
  expected: z.json(),
});

/** What a case asks: a file of the suite, or texts. */
export type CaseAsks =
  | { kind: 'file' | 'rows'; path: string; digest: string; sizeBytes: number }
  | { kind: 'texts'; texts: readonly string[] };

export type SuiteCase = { id: string; asks: CaseAsks; expected: Json };

export type Suite = SuiteFile & { items: readonly SuiteCase[] };

type SuiteLimits = { casesMax: number; caseBytesMax: number };
type FileOfSuite = { path: string; digest: string; sizeBytes: number };

/** Throws `assurance.suite_invalid`. */
export function readSuiteFile(json: string): SuiteFile {
  const read = suiteFile.safeParse(parsed(json, SUITE_FILE));
  if (!read.success) throw invalid(SUITE_FILE, firstProblem(read.error));
  return read.data;
}

/**
 * The cases of a suite from its lines of JSON; `files` are those of its revision. Throws `assurance.suite_invalid`, which names
 * the line, and `assurance.suite_too_large`.
 */
export function readCases(
  suite: SuiteFile,
  lines: string,
  files: readonly FileOfSuite[],
  limits: SuiteLimits,
): Suite {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const items: SuiteCase[] = [];
  const ids = new Set<string>();
  let rows = 0;
  for (const [place, source] of lines.split('\n').entries()) {
    if (source.trim() === '') continue;
    const where = `${suite.cases}:${place + 1}`;
    if (items.length >= limits.casesMax) {
      throw assuranceErrors.make.suite_too_large({ what: 'cases', limit: limits.casesMax });
    }
    const item = readCase(suite.task, parsed(source, where), { where, byPath, limits });
    if (ids.has(item.id)) throw invalid(where, `id: ${item.id} stands twice`);
    ids.add(item.id);
    items.push(item);
    if (item.asks.kind !== 'rows') continue;
    rows += rowsOf(item.expected);
    if (rows > ROWS_MAX) {
      throw assuranceErrors.make.suite_too_large({ what: 'rows', limit: ROWS_MAX });
    }
  }
  if (items.length === 0) throw invalid(suite.cases, 'there is no case');
  return { ...suite, items };
}

function readCase(
  task: MeasuredTask,
  json: unknown,
  given: { where: string; byPath: ReadonlyMap<string, FileOfSuite>; limits: SuiteLimits },
): SuiteCase {
  const { where } = given;
  const read = line.safeParse(json);
  if (!read.success) throw invalid(where, firstProblem(read.error));
  const { id, expected, ...asked } = read.data;
  const wanted = caseAsks[task];
  const [name, ...others] = Object.keys(asked);
  if (name !== wanted || others.length > 0) {
    throw invalid(where, `a case of ${task} has ${wanted}, and none of the other inputs`);
  }
  const asks = asksOf(asked, given);
  const texts = asks.kind === 'texts' ? asks.texts : [];
  const problem = taskMetrics[task].problemOf(expected, texts);
  if (problem !== null) throw invalid(where, `expected: ${problem}`);
  return { id, asks, expected };
}

function asksOf(
  asked: Pick<z.output<typeof line>, 'file' | 'text' | 'texts' | 'rows'>,
  given: { where: string; byPath: ReadonlyMap<string, FileOfSuite>; limits: SuiteLimits },
): CaseAsks {
  const name = asked.file ?? asked.rows;
  if (name === undefined) return { kind: 'texts', texts: asked.texts ?? [asked.text ?? ''] };
  const file = given.byPath.get(name);
  if (!file) throw invalid(given.where, `there is no file ${name} in the revision`);
  if (asked.file !== undefined && mediaTypeOf(name) === null) {
    throw invalid(given.where, `${name} is none of .jpg, .jpeg, .png and .wav`);
  }
  if (file.sizeBytes > given.limits.caseBytesMax) {
    const limit = given.limits.caseBytesMax;
    throw assuranceErrors.make.suite_too_large({ what: `bytes of ${name}`, limit });
  }
  const { path: at, digest, sizeBytes } = file;
  return { kind: asked.rows === undefined ? 'file' : 'rows', path: at, digest, sizeBytes };
}

const mediaTypes: Readonly<Record<string, string>> = {
  ...{ jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', wav: 'audio/wav' },
};

/** By the end of its name; null for what no task takes. */
export function mediaTypeOf(name: string): string | null {
  return mediaTypes[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? null;
}

const flags = z.object({ flags: z.array(z.json()) });
const rowsOf = (expected: Json) => flags.parse(expected).flags.length;

function parsed(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid(where, 'it is not JSON');
  }
}

const invalid = (where: string, problem: string) =>
  assuranceErrors.make.suite_invalid({
    where: where.slice(0, 600),
    problem: problem.slice(0, 400),
  });
