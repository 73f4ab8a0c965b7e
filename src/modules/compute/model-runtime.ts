import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where onnxruntime-node stands on this host: https://www.npmjs.com/package/onnxruntime-node. */

const own = createRequire(import.meta.url);

function packageFolder(): string {
  return dirname(own.resolve('onnxruntime-node/package.json'));
}

function binaries(): string {
  return join('bin', 'napi-v6', process.platform, process.arch);
}

/** ONNX Runtime itself, whose libraries an isolation has to hold too; none where this machine has no build of it. */
export function modelLibraries(): string[] {
  const library = join(packageFolder(), binaries(), 'libonnxruntime.so.1');
  return existsSync(library) ? [library] : [];
}

/** Host paths of what runs a model, by their path below `/input`: no more of the packages than that. */
export function modelRuntime(): Record<string, string> {
  const folder = packageFolder();
  const common = dirname(createRequire(join(folder, 'package.json')).resolve('onnxruntime-common'));
  const packages = 'runtime/node_modules';
  return {
    ...inside(`${packages}/onnxruntime-node`, folder, ['package.json', 'dist', binaries()]),
    ...inside(`${packages}/onnxruntime-common`, dirname(dirname(common)), ['package.json', 'dist']),
  };
}

function inside(target: string, folder: string, parts: readonly string[]): Record<string, string> {
  return Object.fromEntries(parts.map((part) => [`${target}/${part}`, join(folder, part)]));
}
