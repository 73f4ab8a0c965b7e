import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationCommands } from '../src/apps/cli-operations.ts';
import { optionTables } from '../src/apps/compose.ts';
import { contracts } from '../src/apps/contracts.ts';
import { read, root } from './house.ts';
import { generatedPapers, withReference } from './reference.ts';

/** The papers say nothing that is not so: links, files, commands, options and dependencies exist. */

const papers = globSync('{*.md,docs/*.md,src/**/*.md,examples/**/*.md}', { cwd: root }).sort();
const manual = papers.filter((path) => !path.startsWith('examples/'));

/** Of a heading, as a link names it: https://github.github.com/gfm has none, this is GitHub's own way. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const withoutCode = (text: string) => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

describe.each(papers)('%s', (paper) => {
  const text = read(paper);

  it('links to what is there', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
    const broken = links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? paper : join(dirname(paper), path);
        if (!existsSync(join(root, target))) return true;
        if (anchor === undefined) return false;
        const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, head]) => head ?? '');
        return !headings.map(anchorOf).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('names files that are there', () => {
    const names = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:tsx?|mjs|py|sql|cedar|md))`/g)];
    const places = ['', 'src', 'src/modules', dirname(paper)];
    const missing = names
      .map(([, name]) => name ?? '')
      // What a build or a run leaves behind is not in the repository.
      .filter((name) => !/^(dist|data-demo|programs)\//.test(name))
      .filter((name) => !places.some((place) => existsSync(join(root, place, name))));
    expect(missing).toEqual([]);
  });
});

/** The file that reads a command's own options. */
const commandFiles: Record<string, string> = {
  start: 'src/apps/server.ts',
  demo: 'src/apps/demo.ts',
  verify: 'src/verify/run-verify.ts',
  witness: 'src/apps/witness.ts',
  upload: 'src/apps/cli-hub.ts',
  download: 'src/apps/cli-hub.ts',
  algorithms: 'src/apps/cli-algorithms.ts',
  backup: 'src/apps/backup.ts',
  restore: 'src/apps/backup.ts',
  upgrade: 'src/apps/backup.ts',
};
const connection = ['--server', '--key', '--data', '--json'];
const operations = operationCommands(Object.values(contracts));

/** Every `touyan …` and `npm run …` of a text, without what continues on further lines joined. */
function commandsOf(text: string): string[][] {
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split('\n');
  const found = lines.flatMap((line) => [
    ...line.matchAll(/(?:npx touyan|npm run (?=demo))\s*([a-z][^`>|#；，。]*)/g),
  ]);
  return found.map(([, words = '']) => words.trim().split(/\s+/));
}

function problemOf(words: readonly string[]): string | null {
  const [first = '', second = ''] = words;
  const flags = words.filter((word) => word.startsWith('--') && word !== '--');
  const said = words.slice(0, 2).join(' ');
  if (first === 'help') return null;
  const file = commandFiles[first];
  if (file !== undefined) {
    const known = read(file) + read('src/apps/cli-connection.ts');
    const unknown = flags.find(
      (flag) => !known.includes(`'${flag.slice(2)}'`) && !known.includes(flag),
    );
    return unknown ? `${first} has no ${unknown}` : null;
  }
  const operation = operations.find(({ module, name }) => module === first && name === second);
  if (!operation) return `there is no command ${said}`;
  const known = [...connection, '--help', ...operation.flags.map(({ name }) => `--${name}`)];
  const unknown = flags.find((flag) => !known.includes(flag));
  return unknown ? `${said} has no ${unknown}` : null;
}

describe('commands in the papers', () => {
  it.each(manual)('%s names commands and options that exist', (paper) => {
    expect(commandsOf(read(paper)).map(problemOf).filter(Boolean)).toEqual([]);
  });

  it('are found by this test, and a wrong one too', () => {
    expect(commandsOf(read('README.md')).length).toBeGreaterThan(9);
    expect(problemOf(['start', '--dta', 'x'])).toBe('start has no --dta');
    expect(problemOf(['hub', 'list-repository'])).toBe('there is no command hub list-repository');
    expect(problemOf(['hub', 'list-repositories', '--colour', 'red'])).toMatch(/has no --colour/);
  });

  it('run as scripts of package.json', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const asked = manual.flatMap((paper) =>
      [
        ...read(paper).matchAll(/npm (?:run )?(demo|test|check|bench|soak|format|start|build)\b/g),
      ].map(([, name]) => name ?? ''),
    );
    expect([...new Set(asked)].filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('options in the papers', () => {
  const own = ['DATABASE_URL', 'TOUYAN_KEY', 'TOUYAN_SERVER'];
  const known = new Set([...own, ...Object.values(optionTables).flatMap(Object.keys)]);
  const stand = ['LOG_KEY', 'WITNESS_KEY'];

  it.each(manual)('%s names options that exist', (paper) => {
    const named = [...read(paper).matchAll(/`([A-Z][A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g)].map(
      ([, name]) => name ?? '',
    );
    expect(named.filter((name) => !known.has(name) && !stand.includes(name))).toEqual([]);
  });
});

describe('tables made from the code', () => {
  it.each(generatedPapers)('are up to date in %s: npx node tools/reference.ts', (paper) => {
    const text = read(paper);
    expect(text).toContain('<!-- reference:');
    expect(withReference(text)).toBe(text);
  });
});

describe('dependencies', () => {
  it('each have one sentence of reason, and no other has', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      read('package.json'),
    );
    const wanted = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    const rows = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(wanted.sort());
    expect(rows.filter(([, , reason = '']) => !reason.endsWith('.'))).toEqual([]);
  });
});
