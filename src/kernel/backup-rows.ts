import { sql } from 'kysely';
import type { Database, Executor } from './db.ts';

/**
 * All rows of all tables as JSON lines, in an order that foreign keys allow: the same on both engines, so
 * that a backup made on PGlite can be restored into PostgreSQL, and the other way round.
 */

const ROWS_AT_ONCE = 1000;

type Table = {
  schema: string;
  name: string;
  qualified: string;
  /** What rows are sorted by: the primary key, in which ids put older ones first. */
  key: string;
};

/** Schemas that are the platform's own; the server's are left alone. */
const own = sql`n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'`;

/** What the queue of tasks keeps about itself and makes anew, some of it by the day. */
const passedOver = /^pgboss\.(version|warning|queue_stats|instance|bam)$/;

/** Tables with rows of their own, those first on which others depend. Partitions count as their table. */
export async function tablesInOrder(tx: Executor): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select n.nspname as schema, c.relname as name, format('%I.%I', n.nspname, c.relname) as qualified,
      coalesce((
        select string_agg(
          quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end,
          ', ' order by k.place)
        from pg_index i cross join unnest(i.indkey::int2[]) with ordinality as k(number, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
        where i.indrelid = c.oid and i.indisprimary
      ), '1') as key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and ${own} order by 3`.execute(tx);
  const tables = rows.filter(({ qualified }) => !passedOver.test(qualified));
  const { rows: references } = await sql<{ child: string; parent: string }>`
    select format('%I.%I', cn.nspname, c.relname) as child,
      format('%I.%I', pn.nspname, p.relname) as parent
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace
    join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
    where k.contype = 'f' and k.conrelid <> k.confrelid`.execute(tx);
  const sorted: Table[] = [];
  const placed = new Set<string>();
  let rest = tables;
  while (rest.length > 0) {
    const ready = rest.filter(({ qualified }) =>
      references.every(
        ({ child, parent }) =>
          child !== qualified || placed.has(parent) || !rest.some((t) => t.qualified === parent),
      ),
    );
    if (ready.length === 0) throw new Error('tables refer to each other in a circle');
    for (const table of ready) placed.add(table.qualified);
    sorted.push(...ready);
    rest = rest.filter(({ qualified }) => !placed.has(qualified));
  }
  return sorted;
}

/** Yields every row of a table as JSON, some at once, from a cursor inside the transaction. */
export async function* readRows(tx: Executor, table: Table): AsyncIterable<string[]> {
  const { qualified, key } = table;
  const rows = sql.raw(`select row_to_json(t)::text as line from ${qualified} t order by ${key}`);
  await sql`declare backup_rows no scroll cursor for ${rows}`.execute(tx);
  for (;;) {
    const page = sql.raw(`fetch ${ROWS_AT_ONCE} from backup_rows`);
    const { rows: lines } = await sql<{ line: string }>`${page}`.execute(tx);
    if (lines.length === 0) break;
    yield lines.map(({ line }) => line);
  }
  await sql`close backup_rows`.execute(tx);
}

/** Inserts lines made by `readRows`. Generated columns are left to the database. */
export async function writeRows(
  tx: Executor,
  qualified: string,
  lines: readonly string[],
): Promise<void> {
  const { rows: columns } = await sql<{ name: string }>`
    select quote_ident(attname) as name from pg_attribute
    where attrelid = ${qualified}::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`.execute(tx);
  const names = columns.map(({ name }) => name).join(', ');
  const target = sql.raw(`${qualified} (${names}) overriding system value`);
  const source = sql.raw(names);
  const shape = sql.raw(`null::${qualified}`);
  for (let from = 0; from < lines.length; from += ROWS_AT_ONCE) {
    const array = `[${lines.slice(from, from + ROWS_AT_ONCE).join(',')}]`;
    await sql`insert into ${target} select ${source} from json_populate_recordset(${shape}, ${array}::json)`.execute(
      tx,
    );
  }
}

/** Sets every sequence behind a column to go on after the largest value restored. */
export async function advanceSequences(db: Database, tx: Executor): Promise<void> {
  const { rows } = await sql<{ statement: string }>`
    select format('select setval(%L, coalesce((select max(%I) from %I.%I), 0) + 1, false)',
      pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname),
      a.attname, n.nspname, c.relname) as statement
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped and ${own}
      and pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) is not null
    `.execute(tx);
  for (const { statement } of rows) await db.raw(statement, [], tx);
}
