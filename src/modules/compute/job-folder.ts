import { createHash } from 'node:crypto';
import { chown, constants, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { IsolationSpec, Program } from './isolation.ts';
import { reachableByOthers } from './reachable.ts';
import { PROGRAM_BYTES_MAX } from './spec-check.ts';

/** The folder of one job on the host, which it sees read-only and in parts. */
export type JobFolder = {
  program: string;
  /** Host paths by name, readable for the job's user. */
  inputs: ReadonlyMap<string, string>;
  remove(): Promise<void>;
};

/** The bytes of a program are not the ones that its revision promises. */
export class DigestMismatch extends Error {}

/**
 * Lays out program and inputs so that only the given user (null: ourselves) can read them. Program files
 * are copied and their digests checked on the way; inputs, files or folders, are copied only where that user could not
 * read them in place.
 */
export async function openJobFolder(
  path: string,
  spec: IsolationSpec,
  userId: number | null,
): Promise<JobFolder> {
  const give = async (target: string) => {
    if (userId !== null) await chown(target, userId, userId);
  };
  const makeFolder = async (target: string) => {
    await mkdir(target, { recursive: true, mode: 0o700 });
    await give(target);
  };
  const remove = () => rm(path, { recursive: true, force: true });
  try {
    await makeFolder(path);
    const program = join(path, 'program');
    await makeFolder(program);
    for (const [file, bytes] of await readProgram(spec.program)) {
      for (const folder of foldersOf(file)) await makeFolder(join(program, folder));
      await writeFile(join(program, file), bytes, { mode: 0o400 });
      await give(join(program, file));
    }
    const inputs = new Map<string, string>();
    for (const [name, source] of Object.entries(
      spec.mode.kind === 'rows' ? {} : spec.mode.inputs,
    )) {
      if (userId === null || (await reachableByOthers(source))) {
        inputs.set(name, source);
        continue;
      }
      const copy = join(path, `input-${inputs.size}`);
      await cp(source, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
      await give(copy);
      inputs.set(name, copy);
    }
    return { program, inputs, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The bytes of each file by path. Throws DigestMismatch. */
export async function readProgram({ files }: Program): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  let total = 0;
  for (const { path, source, digest } of files) {
    const bytes = await readFile(source);
    const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (found !== digest) throw new DigestMismatch(`${path} has ${found}, not ${digest}`);
    total += bytes.length;
    if (total > PROGRAM_BYTES_MAX) throw new RangeError(`a program of over ${PROGRAM_BYTES_MAX}`);
    contents.set(path, bytes);
  }
  return contents;
}

/** `a/b/c.py` → `a`, `a/b`. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder))
    folders.unshift(folder);
  return folders;
}
