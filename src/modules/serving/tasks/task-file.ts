import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import * as z from 'zod';
import type { Blobs } from '#kernel/blobs.ts';
import type { Hub } from '#modules/hub';
import { servingErrors } from '../errors.ts';
import { TASK_FILE } from '../trials/trial-runtime.ts';
import { servedTasks } from './task-shapes.ts';

/** `task.json`: which program answers which task, and what its author set. */
const taskFile = z.strictObject({
  task: z.enum(servedTasks),
  /** The ES module that makes the program, by its path from this file. */
  entry: z
    .string()
    .max(500)
    .regex(/^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.mjs$/, 'has to be the path of an .mjs file'),
  options: z.record(z.string().max(100), z.json()).default({}),
});
export type TaskFile = z.output<typeof taskFile>;

type RevisionFile = { path: string; digest: string; sizeBytes: number };

const TASK_FILE_BYTES_MAX = 64 * 1024;
const FILES_MAX = 500;
/** Weights whose usual readers run code that is in them, and programs of the machine itself. */
const refusedFormats = ['pickle', 'pytorch', 'elf', 'pe', 'mach_o'];
const refusedFindings = ['pickle_code', 'pickle_import', 'lambda_layer', 'archive_pickle'];

/**
 * What a task program needs of its revision: all files at and below the folder of its `task.json`, which is the first; paths are
 * from that folder. Throws `serving.not_a_task`.
 */
export async function findTaskFiles(
  revision: readonly RevisionFile[],
  path: string,
  uses: { blobs: Blobs; bytesMax: number; inspectionsOf: Hub['inspectionsOf'] },
): Promise<{ task: string; files: { path: string; digest: string }[]; sizeBytes: number }> {
  const refuse = (problem: string) => servingErrors.make.not_a_task({ path, problem });
  const named = revision.find((file) => file.path === path);
  if (!named) throw refuse('there is no such file');
  if (named.sizeBytes > TASK_FILE_BYTES_MAX)
    throw refuse(`it is over ${TASK_FILE_BYTES_MAX} bytes`);
  const { task, entry } = parseTaskFile(await readFile(await uses.blobs.path(named.digest)), path);
  const folder = posix.dirname(path) === '.' ? '' : `${posix.dirname(path)}/`;
  const others = revision.filter((file) => file !== named && file.path.startsWith(folder));
  const used = [named, ...others];
  const entryPath = `${folder}${entry}`;
  if (!others.some((file) => file.path === entryPath)) throw refuse(`there is no ${entryPath}`);
  if (used.length > FILES_MAX)
    throw refuse(`its folder has ${used.length} files, over ${FILES_MAX}`);
  const sizeBytes = used.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (sizeBytes > uses.bytesMax) {
    throw refuse(`its folder has ${sizeBytes} bytes, over ${uses.bytesMax}`);
  }
  const inspected = await uses.inspectionsOf(used);
  for (const [place, { format, findings }] of inspected.entries()) {
    const code = findings.find((finding) => refusedFindings.includes(finding.code))?.code;
    const found = code ?? (format !== null && refusedFormats.includes(format) ? format : null);
    if (found) throw refuse(`${used[place]?.path} carries code that is not read here (${found})`);
  }
  const files = used.map((file) => {
    return { path: file.path.slice(folder.length), digest: file.digest };
  });
  return { task, files, sizeBytes };
}

/** Throws `serving.not_a_task`, which says what in it is wrong. */
function parseTaskFile(bytes: Uint8Array, path: string): TaskFile {
  const refuse = (problem: string) => servingErrors.make.not_a_task({ path, problem });
  const parse = () => {
    try {
      return taskFile.safeParse(
        JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)),
      );
    } catch {
      throw refuse('it is no JSON, or nested too deeply');
    }
  };
  const { data, error } = parse();
  if (data) return data;
  const problems = error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw refuse(problems.join('; ').slice(0, 500));
}

/** The description of a program whose files a trial keeps. */
export async function readTaskFile(
  files: readonly { path: string; digest: string }[],
  blobs: Blobs,
): Promise<TaskFile> {
  const digest = files.find(({ path }) => path === TASK_FILE)?.digest ?? '';
  return parseTaskFile(await readFile(await blobs.path(digest)), TASK_FILE);
}
