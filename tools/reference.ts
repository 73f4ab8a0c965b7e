/**
 * `node tools/reference.ts`: writes the tables that stand in the papers anew from the code, each between
 * `<!-- reference:NAME -->` and `<!-- /reference -->`. `docs.test.ts` holds that they are up to date.
 */
import { globSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { optionTables } from '../src/apps/compose.ts';
import { contracts } from '../src/apps/contracts.ts';
import type { OptionDeclaration } from '../src/kernel/config.ts';
import type { ModuleContract } from '../src/kernel/contract.ts';
import { read, root } from './house.ts';

/** The papers with generated parts. */
export const generatedPapers = ['ARCHITECTURE.md', 'docs/operating.md'] as const;

const modules: readonly ModuleContract[] = Object.values(contracts);
const parts: Record<string, () => string> = { options, rooms, facts };

/** The text of a paper with every generated part as it should be. */
export function withReference(paper: string): string {
  return paper.replace(
    /(<!-- reference:(\w+) -->\n)[\s\S]*?(<!-- \/reference -->)/g,
    (_whole, open: string, name: string, close: string) => {
      const part = parts[name];
      if (!part) throw new Error(`there is no part ${name}`);
      return `${open}\n${part()}\n\n${close}`;
    },
  );
}

function options(): string {
  return Object.entries(optionTables)
    .map(([module, table]) => {
      const rows = Object.entries(table).map(([name, option]) => {
        const { usual, bounds } = valuesOf(name, option);
        return `| \`${name}\` | ${usual} | ${bounds} | ${option.summary.replace(/\.$/, '')} |`;
      });
      const head = '| option | if not given | may be | what it is |\n| --- | --- | --- | --- |';
      return [`### ${module}\n`, head, ...rows].join('\n');
    })
    .join('\n\n');
}

function valuesOf(name: string, { schema }: OptionDeclaration): { usual: string; bounds: string } {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const { default: given, enum: choices, minimum, maximum } = shape;
  const inBytes = name.includes('_BYTES');
  const size = inBytes && Number(given) > 0 ? ` (${sizeOf(Number(given))})` : '';
  const usual = given === undefined || given === '' ? '' : `\`${given}\`${size}`;
  if (choices) return { usual, bounds: choices.map((choice) => `\`${choice}\``).join(', ') };
  if (minimum === undefined || maximum === undefined) return { usual, bounds: 'text' };
  const [least, most] = inBytes ? [sizeOf(minimum), sizeOf(maximum)] : [minimum, maximum];
  return { usual, bounds: `${least} to ${most}` };
}

function sizeOf(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = bytes === 0 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  return `${bytes / 1024 ** step} ${units[step]}`;
}

function rooms(): string {
  const rows = modules.map(({ name, operations, permissions, facts: kinds }) => {
    const counts = [operations, permissions, kinds].map((table) => Object.keys(table).length);
    return `| ${name} | ${[...counts, tablesOf(name).length].join(' | ')} |`;
  });
  const head = [
    '| room | operations | permissions | facts | tables |',
    '| --- | --- | --- | --- | --- |',
  ];
  return [...head, ...rows].join('\n');
}

function facts(): string {
  return modules
    .filter((module) => Object.keys(module.facts).length > 0)
    .map(({ name, facts: kinds }) => {
      const own = Object.keys(kinds).map((kind) => `\`${kind.slice(name.length + 1)}\``);
      return `- **${name}**: ${own.join(', ')}`;
    })
    .join('\n');
}

function tablesOf(module: string): string[] {
  const folder = module === 'kernel' ? 'src/kernel' : `src/modules/${module}`;
  return globSync(`${folder}/migrations/*.sql`, { cwd: root }).flatMap((path) =>
    [...read(path).matchAll(/^create table (?:if not exists )?(\w+)/gim)].map(
      ([, table]) => table ?? '',
    ),
  );
}

if (import.meta.main) {
  for (const paper of generatedPapers) {
    writeFileSync(`${root}/${paper}`, withReference(read(paper)));
    console.log(paper);
  }
}
