import type { IsolationSpec } from './isolation.ts';
import { ROW_BYTES_MAX } from './row-protocol.ts';

const PROGRAM_FILES_MAX = 1_000;
export const PROGRAM_BYTES_MAX = 256 * 1024 * 1024;
const NAMES_MAX = 64;

/** The name of an input or output, which becomes a file's name on both sides. */
const dataName = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const PATH_PART = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** A path of a program's file: relative, at most eight parts, none of them hidden or `..`. */
export function isProgramPath(path: string): boolean {
  const parts = path.split('/');
  return parts.length <= 8 && parts.every((part) => PATH_PART.test(part));
}

/** Throws a RangeError that names what in a spec cannot be; a spec comes from the platform itself. */
export function checkSpec({ program, mode, limits, options }: IsolationSpec): void {
  const problems: string[] = [];
  const paths = program.files.map(({ path }) => path);
  if (paths.length > PROGRAM_FILES_MAX) problems.push('too many files');
  if (new Set(paths).size < paths.length) problems.push('a path stands twice');
  problems.push(...paths.filter((path) => !isProgramPath(path)).map((path) => `path ${path}`));
  if (!paths.includes(program.entry)) problems.push(`no file ${program.entry}`);
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isFinite(value) || value <= 0) problems.push(`limit ${name}`);
  }
  if (mode.kind === 'batch') {
    const names = [...Object.keys(mode.inputs), ...mode.outputs.map(({ name }) => name)];
    if (names.length > NAMES_MAX) problems.push('too many inputs and outputs');
    problems.push(...names.filter((name) => !dataName.test(name)).map((name) => `name ${name}`));
  }
  if (Buffer.byteLength(JSON.stringify(options)) > ROW_BYTES_MAX) problems.push('options too long');
  if (problems.length > 0) throw new RangeError(`No job can be: ${problems.join(', ')}.`);
}
