import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { HOST_PATH } from './runtime.ts';
import { findProgram } from './tools.ts';

const INSTALL_MS_MAX = 180_000;

export type InstallOptions = {
  /** Told each line of apt-get's. */
  onProgress(line: string): void;
};

/**
 * Installs Debian packages with apt-get, where this process may: it must be root. True if they are
 * installed now. Never rejects: without them the platform runs on, and says what is missing.
 */
export async function installBubblewrap(
  packages: readonly string[],
  options: InstallOptions,
): Promise<boolean> {
  const aptGet = await findProgram('apt-get');
  if (process.getuid?.() !== 0 || !aptGet) return false;
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  options.onProgress(`Installing ${packages.join(', ')} with apt-get.`);
  if (await run(aptGet, install, options)) return true;
  return (await run(aptGet, ['update'], options)) && (await run(aptGet, install, options));
}

async function run(
  command: string,
  values: readonly string[],
  { onProgress }: InstallOptions,
): Promise<boolean> {
  const child = spawn(command, [...values], {
    env: { PATH: HOST_PATH, DEBIAN_FRONTEND: 'noninteractive', LANG: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: INSTALL_MS_MAX,
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', onProgress);
  }
  try {
    const [status]: unknown[] = await once(child, 'close');
    return status === 0;
  } catch {
    return false;
  }
}
