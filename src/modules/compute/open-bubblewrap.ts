import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBubblewrap } from './bubblewrap.ts';
import { findCgroups } from './cgroups.ts';
import { createCoreChoice } from './core-choice.ts';
import { type Isolation, type IsolationSpec, limitsDefault } from './isolation.ts';
import { sweepLeftovers } from './leftovers.ts';
import { modelLibraries } from './model-runtime.ts';
import { ownFolder, reachableByOthers } from './reachable.ts';
import type { Resources } from './resource-group.ts';
import { findRuntimes, type Runtime, stageHarness } from './runtime.ts';
import { isFilterArchitecture, seccompFilter } from './seccomp.ts';
import { findTools } from './tools.ts';
import { watchdogResources } from './watchdog-resources.ts';

export type OpenBubblewrapOptions = {
  /** For staged runtimes and the folders of running jobs. */
  folder: string;
  /** Used instead of it where the isolated user cannot pass through it, as below `/root`. */
  openFolder: string;
  nodePath: string;
  pythonPaths: readonly string[];
  /** `watchdog` forgoes control groups. */
  resources: 'auto' | 'watchdog';
};

export type OpenedBubblewrap =
  | { isolation: Isolation; runtimes: readonly Runtime[]; harnessDigest: string }
  /** Why there is none and what to do about it; Debian packages that would help. */
  | { unavailable: string; missing: readonly string[] };

const harnessSource = new URL('./harness/', import.meta.url).pathname;

/**
 * Finds what this host has, removes what a killed platform left, and runs one empty program for proof: an
 * isolation that is opened works.
 */
export async function openBubblewrap(options: OpenBubblewrapOptions): Promise<OpenedBubblewrap> {
  if (process.platform !== 'linux') return unavailable('Bubblewrap runs on Linux only.');
  if (!isFilterArchitecture(process.arch)) {
    return unavailable(`There is no system call filter for ${process.arch} machines.`);
  }
  const tools = await findTools();
  if ('missing' in tools) {
    const packages = tools.missing.join(' ');
    return unavailable(`Install what is missing: apt-get install ${packages}.`, tools.missing);
  }
  const folder = await passableFolder(options);
  const filter = seccompFilter(process.arch);
  const filterDigest = createHash('sha256').update(filter).digest('hex');
  const filterPath = join(folder, `filter-${filterDigest.slice(0, 16)}`);
  await writeWhole(filterPath, filter);
  const toolPaths = [tools.prlimit, ...modelLibraries()];
  const runtimes = await findRuntimes({ ...options, folder, toolPaths });
  const harness = await stageHarness(harnessSource, folder);
  const resources = openResources(options);
  await sweepLeftovers(folder, resources);
  const isolation = createBubblewrap({
    ...{ tools, resources, runtimes, filterPath, folder },
    version: tools.version,
    nextCore: createCoreChoice(),
    filterDigest: `sha256:${filterDigest}`,
    harnessFolder: harness.folder,
  });
  const failure = await tryOut(isolation, folder);
  if (failure) return unavailable(failure);
  return { isolation, runtimes, harnessDigest: harness.digest };
}

function unavailable(reason: string, missing: readonly string[] = []): OpenedBubblewrap {
  return { unavailable: reason, missing };
}

function openResources({ resources }: OpenBubblewrapOptions): Resources {
  const cgroups = resources === 'auto' ? findCgroups(limitsDefault) : null;
  return cgroups ?? watchdogResources();
}

async function passableFolder(options: OpenBubblewrapOptions): Promise<string> {
  const folder = await ownFolder(options.folder);
  if (process.getuid?.() !== 0 || (await reachableByOthers(folder))) return folder;
  return ownFolder(options.openFolder);
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const half = `${path}.${process.pid}`;
  await writeFile(half, bytes, { mode: 0o444 });
  await rename(half, path);
}

const EMPTY_PROGRAM = 'export default async function main() {}\n';

/** Null if an empty program runs, else what keeps it from running. */
async function tryOut(isolation: Isolation, folder: string): Promise<string | null> {
  const place = await mkdtemp(join(folder, 'try-'));
  try {
    const source = join(place, 'main.mjs');
    await writeFile(source, EMPTY_PROGRAM);
    const digest = `sha256:${createHash('sha256').update(EMPTY_PROGRAM).digest('hex')}`;
    const spec: IsolationSpec = {
      environment: 'javascript',
      program: { files: [{ path: 'main.mjs', source, digest }], entry: 'main.mjs' },
      options: {},
      mode: { kind: 'batch', inputs: {}, outputs: [], outputFolder: place },
      limits: limitsDefault,
      logs: { rule: 'none', bytesMax: 0 },
    };
    const run = await isolation.run(spec, { signal: AbortSignal.timeout(10_000) });
    if (run.reason === 'completed') return null;
    return `An empty program does not run in it: ${run.detail} Allow unprivileged user namespaces.`;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
