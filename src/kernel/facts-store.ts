import { type RawBuilder, sql } from 'kysely';
import type { Fact } from '#verify/fact.ts';
import { type Executor, json, texts } from './db.ts';

// The only SQL for `kernel_facts`; places are read from the runs that `facts-places.ts` writes.

/** A fact with what its log entry is made of. */
export type NewFact = { fact: Fact; salt: Uint8Array; commitment: Uint8Array };

/** A fact as stored. */
export type StoredFact = {
  header: Omit<Fact, 'body'>;
  /** The same to the byte as when its commitment was made; null once its body has been erased. */
  fact: Fact | null;
  salt: Uint8Array | null;
  /** Place in the log, null until it is integrated. */
  position: number | null;
};

/** Places from `start` up to, not including, `end`. */
export type Places = { start: number; end: number };

type Row = {
  id: string;
  kind: string;
  subject: string;
  actor: string;
  time: Date;
  body: Fact['body'] | null;
  salt: Uint8Array | null;
  position: number | null;
};

const position = sql<number>`run.position + (fact.sequence - run.sequence)`;

const columns = sql`
  fact.id, fact.kind, fact.subject, fact.actor, fact.time, fact.body, fact.salt,
  ${position} as position`;

const factsWithPlaces = sql`
  kernel_facts fact left join lateral (
    select position, sequence, length from kernel_fact_runs
    where sequence <= fact.sequence order by sequence desc limit 1
  ) run on fact.sequence < run.sequence + run.length`;

/**
 * The facts at some places, found run by run. `offset 0` keeps the planner from mixing in conditions of
 * the caller: it then reads the whole table (2 s of 300,000 facts, 1 ms so).
 */
const factsAt = ({ start, end }: Places) => sql`
  kernel_fact_runs run cross join lateral (
    select * from kernel_facts
    where sequence >= run.sequence + greatest(0, ${start}::bigint - run.position)
      and sequence < run.sequence + least(run.length, ${end}::bigint - run.position)
    offset 0
  ) fact
  where run.position < ${end} and run.position >= (
    select coalesce(max(position), 0) from kernel_fact_runs where position <= ${start}
  )`;

export async function insertFacts(tx: Executor, facts: readonly NewFact[]): Promise<void> {
  const [only] = facts;
  await sql`
    insert into kernel_facts (id, kind, subject, actor, time, body, salt, commitment)
    ${only !== undefined && facts.length === 1 ? oneRow(only) : manyRows(facts)}`.execute(tx);
}

const oneRow = ({ fact: { id, kind, subject, actor, time, body }, salt, commitment }: NewFact) =>
  sql`values (
    ${id}, ${kind}, ${subject}, ${actor}, ${time}, ${json(body)}, ${salt}, ${commitment}
  )`;

// One parameter for all rows costs half of eight for each; for a single row it costs a sixth more.
const manyRows = (facts: readonly NewFact[]) => {
  const rows = facts.map(({ fact, salt, commitment }) => ({
    ...fact,
    salt: Buffer.from(salt).toString('base64'),
    commitment: Buffer.from(commitment).toString('base64'),
  }));
  return sql`
    select id, kind, subject, actor, time, body,
      decode(salt, 'base64'), decode(commitment, 'base64')
    from rows from (json_to_recordset(${JSON.stringify(rows)}::json) as (
      id text, kind text, subject text, actor text, time timestamptz, body jsonb, salt text,
      commitment text
    )) with ordinality order by ordinality`;
};

/** Whether there was such a fact with a body. */
export async function eraseFact(tx: Executor, id: string, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update kernel_facts set body = null, salt = null, erased_at = ${now}
    where id = ${id} and erased_at is null`.execute(tx);
  return numAffectedRows === 1n;
}

export async function factsAbout(
  executor: Executor,
  subject: string,
  page: { limit: number; before?: string },
): Promise<StoredFact[]> {
  const earlier =
    page.before === undefined
      ? sql``
      : sql`and fact.sequence < (select sequence from kernel_facts where id = ${page.before})`;
  const { rows } = await sql<Row>`
    select ${columns} from ${factsWithPlaces} where fact.subject = ${subject} ${earlier}
    order by fact.sequence desc limit ${page.limit}`.execute(executor);
  return rows.map(storedFact);
}

export async function factsById(
  executor: Executor,
  ids: readonly string[],
): Promise<Map<string, StoredFact>> {
  const { rows } = await sql<Row>`
    select ${columns} from ${factsWithPlaces} where fact.id = any(${texts(ids)})`.execute(executor);
  return new Map(rows.map((row) => [row.id, storedFact(row)]));
}

/** A fact, together with what else belongs to its place in the log: one statement instead of two. */
export async function factByIdWith<Also>(
  executor: Executor,
  id: string,
  also: (position: RawBuilder<number>) => RawBuilder<Also>,
): Promise<{ stored: StoredFact; also: Also } | null> {
  const { rows } = await sql<Row & { also: Also }>`
    select ${columns}, ${also(position)} as also from ${factsWithPlaces}
    where fact.id = ${id}`.execute(executor);
  const [row] = rows;
  return row ? { stored: storedFact(row), also: row.also } : null;
}

/** The commitments at some places, in the log's order. */
export async function commitmentsAt(executor: Executor, places: Places): Promise<Uint8Array[]> {
  const { rows } = await sql<{ commitment: Uint8Array }>`
    select fact.commitment from ${factsAt(places)}
    order by run.position, fact.sequence`.execute(executor);
  return rows.map((row) => row.commitment);
}

/** The facts of some kinds at some places, in the log's order. */
export async function factsOfKinds(
  executor: Executor,
  kinds: readonly string[],
  places: Places & { limit: number },
): Promise<StoredFact[]> {
  const { rows } = await sql<Row>`
    select ${columns} from ${factsAt(places)} and fact.kind = any(${texts(kinds)})
    order by run.position, fact.sequence limit ${places.limit}`.execute(executor);
  return rows.map(storedFact);
}

/** The kinds of the facts at some places. */
export async function kindsAt(executor: Executor, places: Places): Promise<Set<string>> {
  const { rows } = await sql<{ kind: string }>`
    select distinct fact.kind from ${factsAt(places)}`.execute(executor);
  return new Set(rows.map((row) => row.kind));
}

function storedFact(row: Row): StoredFact {
  const { id, kind, subject, actor, body, salt, position } = row;
  const header = { id, kind, subject, actor, time: row.time.toISOString() };
  return { header, fact: body === null ? null : { ...header, body }, salt, position };
}
