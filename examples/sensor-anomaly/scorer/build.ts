import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const folder = import.meta.dirname;
const root = `${folder}/../../..`;

/** In the order in which each needs those before it; `main.ts` is the scorer's entry. */
const sources = [
  'src/verify/event-f1-rows.ts',
  'src/verify/event-f1.ts',
  'src/verify/mulberry32.ts',
  'src/verify/event-f1-bootstrap.ts',
  'examples/sensor-anomaly/settings.ts',
  'examples/sensor-anomaly/scorer/main.ts',
];

const imports = /^import [^;]*;\n/gm;
const typesWithComment =
  /^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?(?:export )?type [\s\S]*?;\n(?=\n|$)/gm;

/**
 * The scorer as one file without imports, because a job sees nothing but its own files: the sources
 * after each other, less their types and imports. What the verifier computes and what the scorer
 * computes is the same text.
 */
export function buildScorer(): string {
  const parts = sources.map((source) => {
    const text = readFileSync(`${root}/${source}`, 'utf8').replace(imports, '');
    const script = stripTypeScriptTypes(text.replace(typesWithComment, ''));
    return `// From ${source}\n\n${script.trim()}\n`;
  });
  const head =
    '// Made by examples/sensor-anomaly/scorer/build.ts: change the sources, run it again.\n';
  const formatted = spawnSync('biome', ['format', '--stdin-file-path=scorer/main.mjs'], {
    cwd: root,
    input: [head, ...parts].join('\n'),
    encoding: 'utf8',
    env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}` },
  });
  if (formatted.status !== 0) throw new Error(`biome format failed: ${formatted.stderr}`);
  return formatted.stdout;
}

if (import.meta.main) writeFileSync(`${folder}/main.mjs`, buildScorer());
