/**
 * `node tools/contracts.ts`: writes every contract into docs/contracts.json, and prints what changed as
 * lines for the section "Contracts" of CHANGELOG.md, with the digest that belongs there.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { contracts } from '../src/apps/contracts.ts';
import type { ModuleContract, Operation } from '../src/kernel/contract.ts';
import { kernelErrors } from '../src/kernel/errors.ts';
import { read, root } from './house.ts';

type Entries = Record<string, unknown>;

/**
 * Everything that somebody outside can come to depend on, by name and in a fixed order. Schemas that
 * stand in several places are kept once, under a name made from what they say: so whatever uses one that
 * changed has changed itself. Errors that every operation may answer with are left out.
 */
export type SerialisedContracts = {
  operations: Entries;
  facts: Entries;
  permissions: Entries;
  schemas: Entries;
};

export const contractsFile = 'docs/contracts.json';

export function serialiseContracts(): SerialisedContracts {
  const all: readonly ModuleContract[] = Object.values(contracts);
  return withSharedSchemas({
    operations: merged(all, ({ name, operations }) =>
      Object.entries(operations).map(([key, operation]) => [`${name}.${key}`, plain(operation)]),
    ),
    facts: merged(all, ({ facts }) =>
      Object.entries(facts).map(([kind, schema]) => [kind, schemaOf(schema, 'output')]),
    ),
    permissions: merged(all, ({ permissions }) => Object.entries(permissions)),
  });
}

/** `sha256:<hex>` of the committed file, as the changelog carries it. */
export function contractsDigest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** One line for each name that is new, gone or different. */
export function changesBetween(before: SerialisedContracts, after: SerialisedContracts): string[] {
  return (['operations', 'facts', 'permissions'] as const).flatMap((part) => {
    const [old, now] = [before[part], after[part]];
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return names.flatMap((name) => {
      if (!(name in old)) return [`- ${name}: new`];
      if (!(name in now)) return [`- ${name}: removed`];
      return JSON.stringify(old[name]) === JSON.stringify(now[name]) ? [] : [`- ${name}: changed`];
    });
  });
}

export function readContracts(): SerialisedContracts {
  return JSON.parse(read(contractsFile));
}

function merged(
  all: readonly ModuleContract[],
  entriesOf: (contract: ModuleContract) => [string, unknown][],
): Entries {
  const entries = all.flatMap(entriesOf).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function plain({ '~orpc': definition }: Operation): Entries {
  const { route, meta, inputSchema, outputSchema, errorMap } = definition;
  return {
    method: route.method,
    path: route.path,
    status: route.successStatus,
    permission: meta.permission,
    resourceKey: meta.resourceKey,
    input: inputSchema ? schemaOf(inputSchema, 'input') : null,
    output: outputSchema ? schemaOf(outputSchema, 'output') : null,
    errors: Object.entries(errorMap)
      .filter(([code]) => !(code in kernelErrors.declarations))
      .map(([code, error]) => `${code} ${error?.status}`)
      .sort(),
  };
}

/** Worth a name of its own from this length on, in characters of JSON. */
const sharedFrom = 100;

/** Schemas are looked at from the inside out, so that a shared one may name others. */
function withSharedSchemas(all: Omit<SerialisedContracts, 'schemas'>): SerialisedContracts {
  const uses = new Map<string, number>();
  const count = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const child of Object.values(node)) count(child);
    const text = JSON.stringify(node);
    if (isShareable(node, text)) uses.set(text, (uses.get(text) ?? 0) + 1);
  };
  count(all);
  const schemas: Entries = {};
  const replace = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    const text = JSON.stringify(node);
    const inner = Array.isArray(node)
      ? node.map(replace)
      : Object.fromEntries(Object.entries(node).map(([key, child]) => [key, replace(child)]));
    if ((uses.get(text) ?? 0) < 2) return inner;
    const name = createHash('sha256').update(text).digest('hex').slice(0, 12);
    schemas[name] = inner;
    return { $ref: `#/schemas/${name}` };
  };
  const entriesOf = (part: Entries): Entries =>
    Object.fromEntries(Object.entries(part).map(([name, value]) => [name, replace(value)]));
  const { operations, facts, permissions } = all;
  const replaced = { operations: entriesOf(operations), facts: entriesOf(facts), permissions };
  const names = Object.keys(schemas).sort();
  return { ...replaced, schemas: Object.fromEntries(names.map((name) => [name, schemas[name]])) };
}

function isShareable(node: object, text: string): boolean {
  return 'type' in node && text.length >= sharedFrom;
}

/** What zod writes for `z.json()`, wherever it stands. */
const anyJson = withoutNames(z.toJSONSchema(z.json()).anyOf);

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema, $defs = {}, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  for (const [name, { anyOf }] of Object.entries($defs)) {
    if (withoutNames(anyOf) !== anyJson) throw new Error(`${name} refers to itself`);
  }
  return JSON.parse(JSON.stringify(rest), (_key, value) =>
    typeof value?.$ref === 'string' ? { description: 'any JSON' } : value,
  );
}

function withoutNames(schema: unknown): string {
  return JSON.stringify(schema).replaceAll(/"#[^"]*"/g, '"#"');
}

if (import.meta.main) {
  const none: SerialisedContracts = { operations: {}, facts: {}, permissions: {}, schemas: {} };
  const before = existsSync(`${root}/${contractsFile}`) ? readContracts() : none;
  const after = serialiseContracts();
  writeFileSync(`${root}/${contractsFile}`, JSON.stringify(after, null, 2));
  // The file follows the formatter, so that its digest is that of what is committed.
  spawnSync(`${root}/node_modules/.bin/biome`, ['format', '--write', contractsFile], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const changes = changesBetween(before, after);
  console.log(changes.length === 0 ? 'The contracts are as they were.' : changes.join('\n'));
  console.log(`\nUnder "Contracts" in CHANGELOG.md: ${contractsDigest(read(contractsFile))}`);
}
