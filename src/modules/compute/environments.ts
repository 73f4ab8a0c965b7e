import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { installBubblewrap } from './install-bubblewrap.ts';
import type { EnvironmentName, Isolation } from './isolation.ts';
import { type OpenBubblewrapOptions, openBubblewrap } from './open-bubblewrap.ts';
import { createQuickjs } from './quickjs.ts';
import { digestOf, fileDigest, type Runtime } from './runtime.ts';

/** What a program runs in. Programs judged in one environment are only served in one of equal digest. */
export type Environment = {
  name: EnvironmentName;
  version: string;
  /** Over the runtime, the harness and the isolation: `sha256:<hex>` of their canonical description. */
  digest: string;
  isolation: Isolation['kind'];
};

export type OpenedIsolation = {
  isolation: Isolation;
  environments: readonly Environment[];
  /** What the operator should know, such as what to install; null if all is as it should be. */
  advice: string | null;
};

export type IsolationOptions = OpenBubblewrapOptions & {
  /** `auto` takes bubblewrap where it works, else WebAssembly. */
  engine: 'auto' | 'bubblewrap' | 'webassembly';
  /** Install bubblewrap where it is missing, this process is root and there is apt-get. */
  mayInstall: boolean;
  onProgress(line: string): void;
};

/**
 * Opens the best isolation that this host allows. There is always one: JavaScript programs run in
 * WebAssembly where nothing else can be had. Nothing ever runs bare.
 */
export async function openIsolation(options: IsolationOptions): Promise<OpenedIsolation> {
  if (options.engine === 'webassembly') return openWebAssembly(null);
  let opened = await openBubblewrap(options);
  if ('unavailable' in opened && options.mayInstall && opened.missing.length > 0) {
    const installed = await installBubblewrap(opened.missing, options);
    if (installed) opened = await openBubblewrap(options);
  }
  if ('unavailable' in opened) {
    if (options.engine === 'bubblewrap') throw new Error(opened.unavailable);
    return openWebAssembly(opened.unavailable);
  }
  const { isolation, runtimes, harnessDigest } = opened;
  const environments = runtimes.map((runtime) => describe(isolation, runtime, harnessDigest));
  return { isolation, environments, advice: null };
}

async function openWebAssembly(reason: string | null): Promise<OpenedIsolation> {
  const { version, binaryDigest } = await quickjsRuntime();
  const install = reason ?? 'This platform was started with WebAssembly isolation only.';
  const isolation = createQuickjs({ engine: `quickjs-emscripten ${version}`, install });
  const harness = new URL('./harness/', import.meta.url);
  const files = await Promise.all(
    ['quickjs.mjs', 'shared.mjs'].map((name) => fileDigest(new URL(name, harness).pathname)),
  );
  const runtime: Described = { environment: 'javascript', version, binaryDigest };
  const advice =
    reason === null
      ? null
      : `JavaScript programs run in WebAssembly, other programs are refused. ${reason}`;
  return { isolation, environments: [describe(isolation, runtime, digestOf(files))], advice };
}

/** QuickJS itself, as the file of WebAssembly that runs. */
async function quickjsRuntime(): Promise<{ version: string; binaryDigest: string }> {
  const own = createRequire(import.meta.url);
  const wasm = createRequire(own.resolve('quickjs-emscripten')).resolve(
    '@jitl/quickjs-wasmfile-release-sync/wasm',
  );
  const about = own.resolve('quickjs-emscripten/package.json');
  const { version }: { version: string } = JSON.parse(await readFile(about, 'utf8'));
  return { version, binaryDigest: await fileDigest(wasm) };
}

type Described = Pick<Runtime, 'environment' | 'version' | 'binaryDigest'>;

function describe(isolation: Isolation, runtime: Described, harnessDigest: string): Environment {
  const { environment: name, version, binaryDigest } = runtime;
  const profile = isolation.describe();
  const digest = digestOf({ name, version, binaryDigest, harnessDigest, isolation: profile });
  return { name, version, digest, isolation: isolation.kind };
}
