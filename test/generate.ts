import fc from 'fast-check';
import * as z from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;
type Node = Schema | boolean | undefined;

/** Values that fit a zod schema, by way of its JSON schema. */
export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const document = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return arbitrary(document, document, 0);
}

function arbitrary(node: Node, root: Schema, depth: number): fc.Arbitrary<unknown> {
  if (typeof node !== 'object') return fc.jsonValue({ maxDepth: 1 });
  if (depth > 6) return fc.constantFrom<unknown>(null, 'x', 1);
  if (node.$ref) return arbitrary(resolve(node.$ref, root), root, depth + 1);
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum) return fc.constantFrom(...node.enum);
  const choices = node.anyOf ?? node.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => arbitrary(choice, root, depth + 1)));
  if (node.allOf)
    return arbitrary(Object.assign({}, node, ...node.allOf, { allOf: undefined }), root, depth);
  if (node.type === 'object') return objectOf(node, root, depth);
  if (node.type === 'array') {
    const item = Array.isArray(node.items) ? node.items[0] : node.items;
    const bounds = { minLength: node.minItems ?? 0, maxLength: Math.max(node.minItems ?? 0, 3) };
    return fc.array(arbitrary(item, root, depth + 1), bounds);
  }
  if (node.type === 'integer' || node.type === 'number') return numberOf(node);
  if (node.type === 'boolean') return fc.boolean();
  if (node.type === 'null') return fc.constant(null);
  if (node.type === 'string') return textOf(node);
  return fc.jsonValue({ maxDepth: 1 });
}

function objectOf(node: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries(node.properties ?? {}).filter(
    ([key]) => depth < 4 || node.required?.includes(key),
  );
  const members = Object.fromEntries(
    properties.map(([key, value]) => [key, arbitrary(value, root, depth + 1)]),
  );
  if (properties.length > 0 || !node.additionalProperties) {
    return fc.record(members, { requiredKeys: node.required ?? [] });
  }
  return fc.dictionary(
    fc.string({ maxLength: 8 }),
    arbitrary(node.additionalProperties, root, depth + 1),
    { maxKeys: 2 },
  );
}

function numberOf(node: Schema): fc.Arbitrary<number> {
  const min = Math.max(node.minimum ?? -1000, -1e9);
  const max = Math.min(node.maximum ?? Math.max(min + 1000, 1000), 1e12);
  return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
}

function textOf(node: Schema): fc.Arbitrary<string> {
  if (node.format === 'date-time') {
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (node.format === 'date') return fc.constant('2026-11-23');
  if (node.format === 'email') return fc.emailAddress();
  if (node.format === 'uri') return fc.webUrl();
  if (node.pattern) return fc.stringMatching(new RegExp(node.pattern));
  const minLength = node.minLength ?? 0;
  const maxLength = Math.min(node.maxLength ?? 40, Math.max(minLength, 40));
  return fc.string({ minLength, maxLength, unit: 'grapheme' });
}

function resolve(reference: string, root: Schema): Node {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  let node: unknown = root;
  for (const step of steps) node = (node as Record<string, unknown>)[step];
  return node as Node;
}

/** The same value with one member removed, of another type, or out of bounds. */
export function spoiled(value: unknown): fc.Arbitrary<unknown> {
  const junk = fc.oneof(
    fc.constant(null),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constant('\u0000'),
    fc.constant('x'.repeat(70_000)),
    fc.constant({ __proto__: null, constructor: 1 }),
    fc.constant(1e308),
    fc.constant('\ud800'),
  );
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return junk;
  const keys = Object.keys(value);
  if (keys.length === 0) return junk;
  return fc
    .tuple(fc.constantFrom(...keys), fc.oneof(junk, fc.constant(undefined)))
    .map(([key, other]) => ({ ...value, [key]: other }));
}
