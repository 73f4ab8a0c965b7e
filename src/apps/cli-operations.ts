import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { ModuleContract, Operation } from '#kernel/contract.ts';

/** The command line's half of a contract: `touyan hub publish-revision --repository-id …`. */

export type OperationCommand = {
  module: string;
  /** `publish-revision` */
  name: string;
  /** `publishRevision` */
  key: string;
  summary: string;
  flags: readonly Flag[];
};

type Flag = {
  /** `repository-id` */
  name: string;
  /** `repositoryId` */
  key: string;
  kind: 'text' | 'number' | 'yes' | 'list' | 'json';
  required: boolean;
  description: string;
};

export function operationCommands(contracts: readonly ModuleContract[]): OperationCommand[] {
  return contracts.flatMap(({ name: module, operations }) =>
    Object.entries(operations).map(([key, operation]) => ({
      module,
      name: hyphenated(key),
      key,
      summary: operation['~orpc'].route.summary ?? '',
      flags: flagsOf(operation),
    })),
  );
}

/** Turns `--repository-id x --limits '{"…"}'` into the operation's input. Throws for what does not fit. */
export function readInput(
  command: OperationCommand,
  argv: readonly string[],
): Record<string, unknown> {
  const { values } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: Object.fromEntries(
      command.flags.map(({ name, kind }) => [
        name,
        { type: kind === 'yes' ? 'boolean' : 'string', multiple: kind === 'list' } as const,
      ]),
    ),
  });
  const input: Record<string, unknown> = {};
  for (const flag of command.flags) {
    const value = values[flag.name];
    if (value === undefined) {
      if (flag.required) throw new Error(`--${flag.name} is required: ${flag.description}`);
      continue;
    }
    input[flag.key] = readValue(flag, value);
  }
  return input;
}

export function describeCommand(command: OperationCommand): string {
  const lines = command.flags.map(({ name, kind, required, description }) => {
    const value = kind === 'yes' ? '' : ` <${kind}>`;
    return `  --${`${name}${value}`.padEnd(34)} ${required ? 'required. ' : ''}${description}`;
  });
  return [`touyan ${command.module} ${command.name}`, `  ${command.summary}`, '', ...lines].join(
    '\n',
  );
}

function readValue(flag: Flag, value: unknown): unknown {
  if (flag.kind === 'number') return Number(value);
  if (flag.kind !== 'json') return value;
  try {
    return JSON.parse(String(value));
  } catch {
    throw new Error(`--${flag.name} takes JSON, such as '{"zh": "…", "en": "…"}'`);
  }
}

type Schema = Exclude<z.core.JSONSchema.BaseSchema, boolean>;

function flagsOf(operation: Operation): Flag[] {
  const schema = operation['~orpc'].inputSchema;
  if (!schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  });
  return Object.entries(properties)
    .filter(isSchema)
    .map(([key, property]) => ({
      name: hyphenated(key),
      key,
      kind: kindOf(property),
      required: required.includes(key),
      description: property.description ?? (property.enum ? property.enum.join(' | ') : ''),
    }));
}

function isSchema(entry: [string, Schema | boolean]): entry is [string, Schema] {
  return typeof entry[1] === 'object';
}

function kindOf(schema: Schema): Flag['kind'] {
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'boolean') return 'yes';
  if (schema.type === 'array' && isTexts(schema.items)) return 'list';
  if (schema.type === 'string' || schema.enum) return 'text';
  const choices = (schema.anyOf ?? []).filter(
    (choice) => typeof choice === 'object' && choice.type !== 'null',
  );
  const [only] = choices;
  return choices.length === 1 && typeof only === 'object' ? kindOf(only) : 'json';
}

function isTexts(items: Schema['items']): boolean {
  return typeof items === 'object' && !Array.isArray(items) && items.type === 'string';
}

function hyphenated(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
