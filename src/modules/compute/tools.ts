import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Tools } from './bubblewrap-command.ts';
import { HOST_PATH } from './runtime.ts';

const run = promisify(execFile);

/** Names of the programs that are not there, and of the Debian packages that hold them. */
export type MissingTools = { missing: readonly string[] };

/** Finds bubblewrap and what starts it under limits. */
export async function findTools(): Promise<(Tools & { version: string }) | MissingTools> {
  const [bwrap, prlimit, setpriv, mkfifo, taskset = null] = await Promise.all(
    ['bwrap', 'prlimit', 'setpriv', 'mkfifo', 'taskset'].map(findProgram),
  );
  if (!bwrap || !prlimit || !setpriv || !mkfifo) {
    return {
      missing: [
        ...(bwrap ? [] : ['bubblewrap']),
        ...(prlimit && setpriv ? [] : ['util-linux']),
        ...(mkfifo ? [] : ['coreutils']),
      ],
    };
  }
  const { stdout } = await run(bwrap, ['--version'], { env: {} });
  const [version = '0.0.0', major, minor] = /(\d+)\.(\d+)\.\d+/.exec(stdout) ?? [];
  const disablesUserNamespaces = Number(major) > 0 || Number(minor) >= 8;
  return { bwrap, prlimit, setpriv, taskset, disablesUserNamespaces, version };
}

/** Its path, from the system's own folders only; undefined where it is not there. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of HOST_PATH.split(':')) {
    const path = join(folder, name);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}
