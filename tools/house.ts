import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The house as its rules see it: which files there are, what each imports, in which room it stands. */

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The total order of the rooms; one may use only those before it. */
export const order = [
  'kernel',
  'parties',
  'notices',
  'cases',
  'hub',
  'compute',
  'data',
  'serving',
  'assurance',
  'governance',
  'exchange',
  'federation',
  'scenarios',
  'training',
  'city',
  'parks',
  'talent',
  'observatory',
  'discovery',
] as const;

export type SourceFile = { path: string; text: string; imports: readonly string[] };

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s+['"]([^'"]+)['"]/g;

export function readHouse(): SourceFile[] {
  return globSync('src/**/*.{ts,tsx}', { cwd: root })
    .sort()
    .map((path) => {
      const text = readFileSync(`${root}/${path}`, 'utf8');
      const imports = [...text.matchAll(IMPORT)].map(
        ([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '',
      );
      return { path, text, imports };
    });
}

/** `kernel`, a module's name, `web`, `apps` or `verify`. */
export function roomOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  return first === 'modules' ? second : first;
}

/** The room that an import leads to; null for a package, a Node module or the same folder. */
export function roomOfImport(specifier: string): string | null {
  const [, kind, name] = /^#(kernel|verify|modules|contract|web)\/([^/]+)/.exec(specifier) ?? [];
  if (!kind) return null;
  return kind === 'modules' || kind === 'contract' ? (name ?? null) : kind;
}

export const isTest = (path: string) => /\.test\.tsx?$|\/testing(-[\w-]+)?\.ts$/.test(path);

export function moduleNames(): string[] {
  return globSync('src/modules/*/contract.ts', { cwd: root })
    .map((path) => roomOf(path))
    .sort();
}

export const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
