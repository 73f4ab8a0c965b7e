import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';
import { type Algorithm, algorithms } from './catalogue.ts';

const source = import.meta.dirname;
const packages = join(source, '..', 'node_modules');

/** Where built algorithms lie, each in a folder of its name. */
export const built = join(source, '..', 'dist', 'algorithms');
/** What of an algorithm's folder goes along as it is. `weights` are small and made by a script beside them. */
const carried = ['task.json', 'README.md', 'samples', 'suite', 'weights'];
/** Written last: a folder that has it is whole. */
const program = 'main.mjs';

/**
 * Lays out each algorithm in a folder of its name: main.mjs, which imports nothing but what Node.js has, its
 * task.json, card, samples and suite, and the models that packages bring. One that is newer than
 * all it is made of stays. Gives the names of those that were made.
 */
export async function buildAlgorithms(names: readonly string[] = []): Promise<string[]> {
  const shared = await newest(join(source, 'shared'));
  const common = Math.max(shared, await newest(join(source, 'build.ts')));
  const made: string[] = [];
  for (const algorithm of algorithms) {
    if (names.length > 0 && !names.includes(algorithm.name)) continue;
    const own = await newest(join(source, algorithm.name));
    const catalogue = await newest(join(source, 'catalogue.ts'));
    const before = await newest(join(built, algorithm.name, program));
    if (before > Math.max(common, own, catalogue)) continue;
    await layOut(algorithm, join(built, algorithm.name));
    made.push(algorithm.name);
  }
  return made;
}

async function layOut({ name, models }: Algorithm, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const there = await readdir(join(source, name));
  for (const part of carried.filter((part) => there.includes(part))) {
    await cp(join(source, name, part), join(folder, part), { recursive: true });
  }
  for (const { path, from } of models) await cp(join(packages, from), join(folder, path));
  await writeFile(join(folder, program), await bundle(join(source, name, 'main.ts')));
}

async function bundle(entry: string): Promise<string> {
  const output = await build({
    configFile: false,
    root: source,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      write: false,
      minify: false,
      target: 'node24',
      ssr: entry,
      rollupOptions: { input: entry, output: { format: 'es', codeSplitting: false } },
    },
  });
  const [first] = Array.isArray(output) ? output : [output];
  if (first === undefined || !('output' in first)) throw new Error('the build only watches');
  const [chunk, second] = first.output;
  if (second !== undefined) throw new Error(`${entry} became more than one file`);
  const foreign = chunk.imports.filter((name) => !isBuiltin(name));
  if (foreign.length > 0) throw new Error(`${entry} imports ${foreign.join(', ')}`);
  return chunk.code;
}

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}

/** When the newest file at or below a path was changed, in milliseconds; 0 where there is none. */
async function newest(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const times = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  return Math.max(0, ...(await Promise.all(times)));
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  for (const name of await buildAlgorithms(names)) process.stdout.write(`${name}\n`);
}
