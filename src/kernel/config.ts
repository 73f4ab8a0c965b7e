import * as z from 'zod';

/** One option, named as in the environment, with its unit in the name. */
export type OptionDeclaration = { schema: z.ZodType; summary: string };

export type OptionTable = Record<string, OptionDeclaration>;

export type OptionsOf<Table extends OptionTable> = {
  [Name in keyof Table]: z.output<Table[Name]['schema']>;
};

/**
 * Reads the options of one module from an environment. Throws one error that names every option which
 * does not fit, and what it should be.
 */
export function readOptions<const Table extends OptionTable>(
  table: Table,
  environment: Readonly<Record<string, string | undefined>>,
): OptionsOf<Table> {
  const problems: string[] = [];
  const values = Object.entries(table).map(([name, { schema }]) => {
    const parsed = schema.safeParse(environment[name]);
    if (!parsed.success) problems.push(`${name}: ${z.prettifyError(parsed.error)}`);
    return [name, parsed.data] as const;
  });
  if (problems.length > 0) throw new Error(`Options do not fit.\n${problems.join('\n')}`);
  return Object.fromEntries(values) as OptionsOf<Table>;
}

/** A whole number from the environment, within bounds. */
export const wholeNumber = (bounds: { min: number; max: number; default: number }) =>
  z.coerce.number().int().min(bounds.min).max(bounds.max).default(bounds.default);
