import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import canonicalize from 'canonicalize';
import type { EnvironmentName, Limits } from './isolation.ts';
import { ownFolder, reachableByOthers } from './reachable.ts';

/** How a runtime appears inside a job. */
export type RuntimeView = {
  /** Host path and path inside of what it needs and nothing else. */
  binds: readonly (readonly [source: string, target: string])[];
  /** Folders within these that an empty one covers. */
  hidden: readonly string[];
  variables: readonly (readonly [name: string, value: string])[];
  command(limits: Limits): string[];
  /** Of its harness files. */
  extension: '.mjs' | '.py';
};

export type Runtime = RuntimeView & {
  environment: EnvironmentName;
  version: string;
  /** Of the program that runs the code; `sha256:<hex>`. */
  binaryDigest: string;
};

export type RuntimeOptions = {
  nodePath: string;
  /** Tried in order; the first that is there is taken. */
  pythonPaths: readonly string[];
  /** A folder that the isolated user can pass through. */
  folder: string;
  /** Further programs whose libraries must be there too. */
  toolPaths: readonly string[];
};

const run = promisify(execFile);
/** Where the tools of the host itself are looked for; nothing comes from our own environment. */
export const HOST_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** The Node.js that runs us, and the system's Python where there is one with its standard library. */
export async function findRuntimes(options: RuntimeOptions): Promise<Runtime[]> {
  const runtimes = [await nodeRuntime(options)];
  for (const path of options.pythonPaths) {
    const python = await pythonRuntime(path, options).catch(() => null);
    if (python) return [...runtimes, python];
  }
  return runtimes;
}

async function nodeRuntime(options: RuntimeOptions): Promise<Runtime> {
  const binary = await realpath(options.nodePath);
  const { libraries, loader } = await stageLibraries([binary, ...options.toolPaths], options);
  const source = await reachableCopy(binary, options.folder);
  return {
    environment: 'javascript',
    version: process.versions.node,
    binaryDigest: await fileDigest(binary),
    binds: [...loader, [libraries, '/runtime/lib'], [source, '/runtime/node']],
    hidden: [],
    variables: [],
    // The heap may grow up to the bound on memory, so that one bound alone ends a program.
    command: ({ memoryBytes }) => [
      '/runtime/node',
      `--max-old-space-size=${Math.ceil(memoryBytes / 1024 / 1024)}`,
      '--no-warnings',
    ],
    extension: '.mjs',
  };
}

const DESCRIBE_PYTHON = `
import json, platform, sysconfig
print(json.dumps([platform.python_version(), sysconfig.get_path("stdlib")]))`;

async function pythonRuntime(path: string, options: RuntimeOptions): Promise<Runtime> {
  const binary = await realpath(path);
  const { stdout } = await run(binary, ['-I', '-S', '-c', DESCRIBE_PYTHON], { env: {} });
  const [version, library]: unknown[] = JSON.parse(stdout);
  if (typeof version !== 'string' || typeof library !== 'string') throw new Error(stdout);
  const extensions = (await readdir(join(library, 'lib-dynload')))
    .filter((name) => name.endsWith('.so'))
    .map((name) => join(library, 'lib-dynload', name));
  const needing = [binary, ...extensions, ...options.toolPaths];
  const { libraries, loader } = await stageLibraries(needing, options);
  const inside = await readdir(library);
  return {
    environment: 'python',
    version,
    binaryDigest: await fileDigest(binary),
    // At its own path, from which it finds its standard library.
    binds: [...loader, [libraries, '/runtime/lib'], [binary, binary], [library, library]],
    hidden: ['site-packages', 'dist-packages']
      .filter((name) => inside.includes(name))
      .map((name) => join(library, name)),
    variables: [['PYTHONHASHSEED', '0']],
    // Without `site` there is nothing but the standard library.
    command: () => [binary, '-s', '-S', '-B'],
    extension: '.py',
  };
}

type Staged = { libraries: string; loader: [string, string][] };

/** Copies the shared libraries of these files into one folder, named after what it holds. */
async function stageLibraries(files: readonly string[], options: RuntimeOptions): Promise<Staged> {
  const { stdout } = await run('ldd', [...files], { env: { PATH: HOST_PATH } });
  const paths = [...new Set([...stdout.matchAll(/=> (\/\S+) \(/g)].map(([, path = '']) => path))];
  const loaders = [...stdout.matchAll(/^\s+(\/\S+) \(/gm)].map(([, path = '']) => path);
  const loader = [...new Set(loaders)].map((path): [string, string] => [path, path]);
  const contents = await Promise.all(
    paths.map(async (path) => ({ name: basename(path), bytes: await readFile(path) })),
  );
  const key = createHash('sha256');
  for (const { name, bytes } of contents) key.update(`${name} ${bytes.length}\n`).update(bytes);
  const libraries = join(options.folder, `libraries-${key.digest('hex').slice(0, 16)}`);
  await stageFolder(libraries, async (folder) => {
    for (const path of paths) await copyFile(path, join(folder, basename(path)));
  });
  return { libraries, loader };
}

/** The harness as the isolated user can read it, and the digest of its files. */
export async function stageHarness(
  source: string,
  folder: string,
): Promise<{ folder: string; digest: string }> {
  const names = (await readdir(source)).sort();
  const files = await Promise.all(
    names.map(async (name) => ({ path: name, digest: await fileDigest(join(source, name)) })),
  );
  const digest = digestOf(files);
  const staged = join(folder, `harness-${digest.slice(-16)}`);
  await stageFolder(staged, async (target) => {
    for (const name of names) await copyFile(join(source, name), join(target, name));
  });
  return { folder: staged, digest };
}

/** Fills a folder that appears at once and whole, whoever else is about to do the same. */
async function stageFolder(folder: string, fill: (folder: string) => Promise<void>) {
  const half = await ownFolder(`${folder}.${process.pid}`);
  try {
    await fill(half);
    for (const name of await readdir(half)) await chmod(join(half, name), 0o555);
    await chmod(half, 0o755);
    await rename(half, folder).catch(async (error: unknown) => {
      if ((await readdir(folder)).length === 0) throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

/** The file itself where the isolated user can read it, else a copy that it can. */
async function reachableCopy(path: string, folder: string): Promise<string> {
  if (await reachableByOthers(path)) return path;
  const digest = await fileDigest(path);
  const staged = join(folder, `runtime-${digest.slice(-16)}`);
  await stageFolder(staged, (target) => copyFile(path, join(target, basename(path))));
  return join(staged, basename(path));
}

/** `sha256:<hex>` of a file's bytes. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return `sha256:${hash.digest('hex')}`;
}

/** `sha256:<hex>` of a value's canonical JSON (RFC 8785). */
export function digestOf(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON has a digest');
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
