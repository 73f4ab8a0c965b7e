import { strict as assert } from 'node:assert';
import { sql } from 'kysely';
import type { Fact } from '#verify/fact.ts';
import { type Executor, json, texts } from './db.ts';

// The only SQL for `kernel_facts`.

/** A fact with what its log entry is made of. */
export type NewFact = { fact: Fact; time: Date; salt: Uint8Array; commitment: Uint8Array };

/** A fact as stored. */
export type StoredFact = {
  /** The same to the byte as when its commitment was made; null once its body has been erased. */
  fact: Fact | null;
  header: Omit<Fact, 'body'>;
  salt: Uint8Array | null;
  /** Place in the log, null until it is integrated. */
  position: number | null;
};

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

const columns = sql`id, kind, subject, actor, time, body, salt, position`;

export async function insertFacts(tx: Executor, facts: readonly NewFact[]): Promise<void> {
  const rows = facts.map(({ fact, time, salt, commitment }) => {
    const { id, kind, subject, actor, body } = fact;
    return sql`(${id}, ${kind}, ${subject}, ${actor}, ${time}, ${json(body)}, ${salt}, ${commitment})`;
  });
  await sql`
    insert into kernel_facts (id, kind, subject, actor, time, body, salt, commitment)
    values ${sql.join(rows)}`.execute(tx);
}

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
      : sql`and sequence < (select sequence from kernel_facts where id = ${page.before})`;
  const { rows } = await sql<Row>`
    select ${columns} from kernel_facts where subject = ${subject} ${earlier}
    order by sequence desc limit ${page.limit}`.execute(executor);
  return rows.map(storedFact);
}

export async function factsById(
  executor: Executor,
  ids: readonly string[],
): Promise<Map<string, StoredFact>> {
  const { rows } = await sql<Row>`
    select ${columns} from kernel_facts where id = any(${texts(ids)})`.execute(executor);
  return new Map(rows.map((row) => [row.id, storedFact(row)]));
}

export async function anyWaiting(executor: Executor): Promise<boolean> {
  const { rows } = await sql<{ waiting: boolean }>`
    select exists (select 1 from kernel_facts where position is null) as waiting`.execute(executor);
  return rows[0]?.waiting === true;
}

/**
 * Gives up to `limit` waiting facts, in the order of their insertion, the places from `start` on, and
 * returns their commitments in that order. One statement, so that nothing can come in between.
 */
export async function positionWaiting(
  tx: Executor,
  { start, limit }: { start: number; limit: number },
): Promise<Uint8Array[]> {
  const { rows } = await sql<{ position: number; commitment: Uint8Array }>`
    with batch as (
      select sequence, ${start}::bigint + row_number() over (order by sequence) - 1 as position
      from (
        select sequence from kernel_facts where position is null order by sequence limit ${limit}
      ) waiting
    )
    update kernel_facts set position = batch.position from batch
    where kernel_facts.sequence = batch.sequence
    returning kernel_facts.position, kernel_facts.commitment`.execute(tx);
  rows.sort((left, right) => left.position - right.position);
  for (const [offset, row] of rows.entries()) assert.equal(row.position, start + offset);
  return rows.map((row) => row.commitment);
}

/** The commitments at places from `start` up to, not including, `end`. */
export async function commitmentsAt(
  executor: Executor,
  { start, end }: { start: number; end: number },
): Promise<Uint8Array[]> {
  const { rows } = await sql<{ commitment: Uint8Array }>`
    select commitment from kernel_facts where position >= ${start} and position < ${end}
    order by position`.execute(executor);
  return rows.map((row) => row.commitment);
}

/** Places that are taken: one more than the last. */
export async function positionsTaken(executor: Executor): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select coalesce(max(position) + 1, 0) as size from kernel_facts`.execute(executor);
  return rows[0]?.size ?? 0;
}

/** Facts of some kinds at places from `start` up to, not including, `end`, in the log's order. */
export async function factsOfKinds(
  executor: Executor,
  kinds: readonly string[],
  { start, end, limit }: { start: number; end: number; limit: number },
): Promise<StoredFact[]> {
  const { rows } = await sql<Row>`
    select ${columns} from kernel_facts
    where position >= ${start} and position < ${end} and kind = any(${texts(kinds)})
    order by position limit ${limit}`.execute(executor);
  return rows.map(storedFact);
}

/** The kinds of the facts at places from `start` up to, not including, `end`. */
export async function kindsBetween(
  executor: Executor,
  { start, end }: { start: number; end: number },
): Promise<Set<string>> {
  const { rows } = await sql<{ kind: string }>`
    select distinct kind from kernel_facts
    where position >= ${start} and position < ${end}`.execute(executor);
  return new Set(rows.map((row) => row.kind));
}

function storedFact(row: Row): StoredFact {
  const { id, kind, subject, actor, body, salt, position } = row;
  const header = { id, kind, subject, actor, time: row.time.toISOString() };
  return { fact: body === null ? null : { ...header, body }, header, salt, position };
}
