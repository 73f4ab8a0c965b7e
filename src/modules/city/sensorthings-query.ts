import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import { conditionOf, type Scope, valueAt } from './sensorthings-compile.ts';
import { notHere, unfit } from './sensorthings-failure.ts';
import { type SetName, sets, type Visible } from './sensorthings-model.ts';
import type { Options } from './sensorthings-options.ts';
import type { Step } from './sensorthings-path.ts';

/** Reads sets of entities, with what is expanded in them, by one statement a set and level. */

export const topDefault = 100;
const TOP_MAX = 1_000;
/** Rows of one answer, all levels together. */
const ROWS_MAX = 20_000;

export type Row = Record<string, unknown>;
export type Found = {
  row: Row;
  /** Expanded entities by link. */
  inner: Map<string, { found: Found[]; more: boolean; count: number | null }>;
};

export type Reading = { executor: Executor; visible: Visible; rows: { left: number } };

const topOf = (options: Options) => Math.min(options.top ?? topDefault, TOP_MAX);

/** The entities at a path: each step is one of those which the step before leads to. */
export function scopeOf(steps: readonly Step[], visible: Visible): RawBuilder<boolean> {
  return conditionAt(steps, 'e', visible);
}

function conditionAt(steps: readonly Step[], alias: string, visible: Visible): RawBuilder<boolean> {
  const step = steps.at(-1);
  if (!step) return sql`true`;
  const parts: RawBuilder<boolean>[] = [];
  if (step.id !== null) {
    const id = sets[step.set].id.read(step.id);
    parts.push(id === null ? sql`false` : sql`${sql.ref(`${alias}.id`)} = ${id}`);
  }
  const before = steps.slice(0, -1);
  const parent = before.at(-1);
  const link = parent && step.link ? sets[parent.set].links[step.link] : undefined;
  if (parent && link) {
    const outer = `${alias}p`;
    const from = sql`(select ${sql.ref(`${outer}.${link.from}`)}
      from (${sets[parent.set].rows(visible)}) ${sql.id(outer)}
      where ${conditionAt(before, outer, visible)} limit 1)`;
    parts.push(sql`${sql.ref(`${alias}.${link.to}`)} = ${from}`);
  }
  return parts.length > 0 ? sql`${sql.join(parts, sql` and `)}` : sql`true`;
}

/** Whether an entity stands at the path, and one of its columns. */
export async function readColumn(
  steps: readonly Step[],
  column: string,
  { executor, visible }: Reading,
): Promise<{ value: unknown } | null> {
  const step = steps.at(-1);
  if (!step) return null;
  const { rows } = await sql<{ value: unknown }>`
    select ${sql.ref(`e.${column}`)} as value from (${sets[step.set].rows(visible)}) e
    where ${scopeOf(steps, visible)} limit 1`.execute(executor);
  return rows[0] ?? null;
}

function orderOf(scope: Scope, options: Options): RawBuilder<unknown> {
  const keys = options.orderby.map(({ path, descending }) => {
    const value = valueAt(scope, path);
    const name = path[0] ?? '';
    const property = Object.hasOwn(sets[scope.set].properties, name)
      ? sets[scope.set].properties[name]
      : undefined;
    // The standard puts nulls first ascending and last descending, PostgreSQL the other way round. Where
    // there are none, saying so would keep the index from being used.
    const nulls = property && !property.nullable && path.length === 1;
    if (nulls) return descending ? sql`${value.sql} desc` : sql`${value.sql} asc`;
    return descending ? sql`${value.sql} desc nulls last` : sql`${value.sql} asc nulls first`;
  });
  const id = sql.ref(`${scope.alias}.id`);
  const last = options.orderby[0]?.descending ? sql`${id} desc` : sql`${id} asc`;
  return sql.join([...keys, last]);
}

/** The page of a set under a condition, and whether more follow. */
export async function readSet(
  set: SetName,
  where: RawBuilder<boolean>,
  options: Options,
  reading: Reading,
): Promise<{ found: Found[]; more: boolean }> {
  const { executor, visible } = reading;
  const scope: Scope = { set, alias: 'e', visible, depth: 0 };
  const filter = options.filter ? conditionOf(scope, options.filter) : sql`true`;
  const top = topOf(options);
  const { rows } = await sql<Row>`
    select e.* from (${sets[set].rows(visible)}) e where ${where} and ${filter}
    order by ${orderOf(scope, options)} limit ${top + 1} offset ${options.skip}`.execute(executor);
  const found = take(rows.slice(0, top), reading);
  await expand(set, found, options, reading);
  return { found, more: rows.length > top };
}

function take(rows: readonly Row[], reading: Reading): Found[] {
  reading.rows.left -= rows.length;
  if (reading.rows.left < 0) throw unfit(`more than ${ROWS_MAX} entities: ask for fewer, by $top`);
  return rows.map((row) => ({ row, inner: new Map() }));
}

export const rowsAllowed = () => ({ left: ROWS_MAX });

export async function countSet(
  set: SetName,
  where: RawBuilder<boolean>,
  options: Options,
  { executor, visible }: Reading,
): Promise<number> {
  const scope: Scope = { set, alias: 'e', visible, depth: 0 };
  const filter = options.filter ? conditionOf(scope, options.filter) : sql`true`;
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (${sets[set].rows(visible)}) e where ${where} and ${filter}`.execute(
    executor,
  );
  return rows[0]?.n ?? 0;
}

/** Reads what the options expand, for all rows of a level at once. */
async function expand(
  set: SetName,
  found: readonly Found[],
  options: Options,
  reading: Reading,
): Promise<void> {
  for (const [name, inner] of options.expand) {
    const { links } = sets[set];
    const link = Object.hasOwn(links, name) ? links[name] : undefined;
    if (!link) throw unfit(`$expand: ${set} have no ${name}`);
    if (!link.many && inner.filter) throw notHere('$filter of one entity');
    if (inner.count && inner.filter) throw notHere('$count with $filter inside $expand');
    const scope: Scope = { set: link.set, alias: 'e', visible: reading.visible, depth: 0 };
    const filter = inner.filter ? conditionOf(scope, inner.filter) : sql`true`;
    const top = link.many ? topOf(inner) : 1;
    const keys = [...new Set(found.map(({ row }) => row[link.from]))];
    const { rows } = await sql<Row & { st_key: unknown }>`
      select k.key as st_key, x.* from (values ${sql.join(
        keys.length > 0 ? keys.map((key) => sql`(${key}${castOf(key)})`) : [sql`(null::text)`],
      )}) k (key)
      cross join lateral (
        select e.* from (${sets[link.set].rows(reading.visible)}) e
        where ${sql.ref(`e.${link.to}`)} = k.key and ${filter}
        order by ${orderOf(scope, inner)} limit ${top + 1} offset ${inner.skip}
      ) x where ${keys.length > 0}`.execute(reading.executor);
    const byKey = Map.groupBy(rows, (row) => row.st_key);
    for (const one of found) {
      const mine = byKey.get(one.row[link.from]) ?? [];
      const count = inner.count && link.count ? Number(one.row[link.count]) : null;
      if (inner.count && count === null) throw notHere(`$count of ${name} inside $expand`);
      const kept = take(mine.slice(0, top), reading);
      one.inner.set(name, { found: kept, more: link.many && mine.length > top, count });
    }
    const all = found.flatMap((one) => one.inner.get(name)?.found ?? []);
    if (all.length > 0) await expand(link.set, all, inner, reading);
  }
}

const castOf = (key: unknown) => (typeof key === 'number' ? sql`::bigint` : sql`::text`);

/** What the entity's property shows. */
export function showProperty(set: SetName, name: string, row: Row): Json {
  const property = sets[set].properties[name];
  if (!property) throw unfit(`${set} have no ${name}`);
  const value = row[property.column];
  if (property.show) return property.show(value);
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
