import { type RawBuilder, sql } from 'kysely';
import { notHere, unfit } from './sensorthings-failure.ts';
import type { Comparison, Filter, Operand } from './sensorthings-filter.ts';
import { type SetName, sets, type Visible } from './sensorthings-model.ts';

/** Turns paths and filters into SQL over the rows of a set, which stand under an alias. */

export type Scope = { set: SetName; alias: string; visible: Visible; depth: number };

type Type = 'text' | 'number' | 'time' | 'boolean' | 'json' | 'result' | 'id';
type Value = {
  type: Type;
  sql: RawBuilder<unknown>;
  read?: (id: string) => string | number | null;
};

const ref = (alias: string, column: string) => sql.ref(`${alias}.${column}`);
const DEPTH_MAX = 3;

/** The value at a path: a property, a member of a JSON property, or either of a linked entity. */
export function valueAt(scope: Scope, steps: readonly string[]): Value {
  const [name = '', ...rest] = steps;
  const { properties, links, id } = sets[scope.set];
  if ((name === 'id' || name === '@iot.id') && rest.length === 0) {
    return { type: 'id', sql: ref(scope.alias, 'id'), read: id.read };
  }
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (property) {
    const column = ref(scope.alias, property.column);
    if (property.type === 'json' && rest.length > 0) {
      const path = sql`array[${sql.join(rest.map((step) => sql`${step}::text`))}]`;
      return { type: 'json', sql: sql`(${column} #> ${path})` };
    }
    if (rest.length > 0) throw unfit(`${steps.join('/')} leads nowhere`);
    if (property.type === 'result') return { type: 'result', sql: column };
    if (property.type === 'text' || property.type === 'number' || property.type === 'time') {
      return { type: property.type, sql: column };
    }
    throw notHere(`comparing ${name}`);
  }
  const link = Object.hasOwn(links, name) ? links[name] : undefined;
  if (!link || rest.length === 0) throw unfit(`${steps.join('/').slice(0, 100)} leads nowhere`);
  if (link.many || scope.depth >= DEPTH_MAX) throw notHere(`the path ${steps.join('/')}`);
  const inner = { ...scope, set: link.set, alias: `l${scope.depth}`, depth: scope.depth + 1 };
  const value = valueAt(inner, rest);
  return {
    ...value,
    sql: sql`(select ${value.sql} from (${sets[link.set].rows(scope.visible)}) ${sql.id(inner.alias)}
      where ${ref(inner.alias, link.to)} = ${ref(scope.alias, link.from)})`,
  };
}

function operandOf(scope: Scope, operand: Operand): Value {
  switch (operand.kind) {
    case 'path':
      return valueAt(scope, operand.steps);
    case 'call': {
      const of = asText(operandOf(scope, operand.of));
      return {
        type: 'text',
        sql: operand.name === 'tolower' ? sql`lower(${of})` : sql`upper(${of})`,
      };
    }
    case 'text':
      if (operand.value.includes('\u0000')) throw unfit('$filter has a zero character');
      return { type: 'text', sql: sql`${operand.value}::text` };
    case 'number':
      return { type: 'number', sql: sql`${operand.value}::double precision` };
    case 'boolean':
      return { type: 'boolean', sql: sql`${operand.value}::boolean` };
    case 'time':
      return { type: 'time', sql: sql`${new Date(operand.value)}::timestamptz` };
  }
}

function asText({ type, sql: value }: Value): RawBuilder<unknown> {
  if (type === 'text') return value;
  if (type === 'json' || type === 'result') return sql`(${value} #>> '{}')`;
  throw unfit('$filter: a text expected');
}

const signs: Record<Comparison, RawBuilder<unknown>> = {
  eq: sql`=`,
  ne: sql`<>`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
};

/** JSON is compared as what stands on the other side; a value of another type does not match. */
function as(value: Value, wanted: Type, scope: Scope): RawBuilder<unknown> {
  if (value.type === wanted) return value.sql;
  if (value.type !== 'json' && value.type !== 'result') {
    throw unfit(`$filter compares ${value.type} with ${wanted}`);
  }
  // Most results are numbers, and stand in a column of their own.
  if (value.type === 'result' && wanted === 'number') {
    return ref(scope.alias, 'number');
  }
  const json = value.sql;
  switch (wanted) {
    case 'number':
      return sql`(case when jsonb_typeof(${json}) = 'number' then (${json})::double precision end)`;
    case 'boolean':
      return sql`(case when jsonb_typeof(${json}) = 'boolean' then (${json})::boolean end)`;
    case 'text':
      return sql`(case when jsonb_typeof(${json}) = 'string' then ${json} #>> '{}' end)`;
    default:
      throw unfit(`$filter compares JSON with ${wanted}`);
  }
}

function compare(
  scope: Scope,
  operator: Comparison,
  leftOperand: Operand,
  rightOperand: Operand,
): RawBuilder<boolean> {
  const left = operandOf(scope, leftOperand);
  const right = operandOf(scope, rightOperand);
  if (left.type === 'id' || right.type === 'id') {
    const [id, literal] = left.type === 'id' ? [left, rightOperand] : [right, leftOperand];
    if (literal.kind !== 'text' || (operator !== 'eq' && operator !== 'ne')) {
      throw notHere('comparing an id with anything but a text, by eq or ne');
    }
    const known = id.read?.(literal.value) ?? null;
    if (known === null) return operator === 'eq' ? sql`false` : sql`true`;
    return sql`${id.sql} ${signs[operator]} ${known}`;
  }
  const open = (type: Type) => type === 'json' || type === 'result';
  const wanted = open(left.type) ? right.type : left.type;
  if (open(wanted)) throw notHere('comparing two values of any type');
  // A result of a linked entity has no column here: only those of the set itself may use it.
  const own = (operand: Operand) => operand.kind !== 'path' || operand.steps.length === 1;
  if (
    (left.type === 'result' && !own(leftOperand)) ||
    (right.type === 'result' && !own(rightOperand))
  ) {
    throw notHere('comparing the result of a linked entity');
  }
  return sql`${as(left, wanted, scope)} ${signs[operator]} ${as(right, wanted, scope)}`;
}

/** The condition that a filter is. Comparisons with null hold for nothing, as SQL has it. */
export function conditionOf(scope: Scope, filter: Filter): RawBuilder<boolean> {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => sql`(${conditionOf(scope, part)})`);
      return sql`${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)}`;
    }
    case 'not':
      return sql`not (${conditionOf(scope, filter.part)})`;
    case 'compare':
      return compare(scope, filter.operator, filter.left, filter.right);
    case 'test': {
      const text = asText(operandOf(scope, filter.text));
      const piece = asText(operandOf(scope, filter.piece));
      if (filter.name === 'substringof') return sql`strpos(${text}, ${piece}) > 0`;
      if (filter.name === 'startswith') return sql`starts_with(${text}, ${piece})`;
      return sql`right(${text}, length(${piece})) = ${piece}`;
    }
  }
}
