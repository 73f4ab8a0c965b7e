import { sql } from 'kysely';
import { type Executor, sqlState } from './db.ts';

// Gives facts their places in the log. Facts are taken in the order of their sequence numbers, but
// a number may become visible after a higher one has been placed, or never: such numbers are
// remembered as gaps and looked at again. The only SQL that writes `kernel_fact_runs` and
// `kernel_fact_gaps`.

/** A range of sequence numbers, both bounds included. */
export type Gap = { first: number; last: number };
type Run = { position: number; sequence: number; length: number };
type Waiting = { sequence: number; commitment: Uint8Array };

/** Up to `limit` facts in each gap; found gap by gap, or the planner reads the whole table. */
const lateFacts = (limit: number) => sql`
  kernel_fact_gaps gap cross join lateral (
    select sequence, commitment from kernel_facts where sequence between gap.first and gap.last
    order by sequence limit ${limit}
  ) fact`;

/** Whether a committed fact has no place yet. */
export async function anyWaiting(executor: Executor): Promise<boolean> {
  // By the last number: asked whether any number is higher, the planner reads the whole table.
  const { rows } = await sql<{ waiting: boolean }>`
    select coalesce((select max(sequence) from kernel_facts), 0) > coalesce(
      (select sequence + length - 1 from kernel_fact_runs order by sequence desc limit 1), 0
    ) or exists (select 1 from ${lateFacts(1)}) as waiting`.execute(executor);
  return rows[0]?.waiting === true;
}

/** How many places have been given. */
export async function placesTaken(executor: Executor): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select position + length as size from kernel_fact_runs order by position desc limit 1`.execute(
    executor,
  );
  return rows[0]?.size ?? 0;
}

/**
 * Gives up to `limit` waiting facts the places from `start` on and returns their commitments in the
 * order of the places. Only under the lock of the integrator.
 */
export async function placeWaiting(
  tx: Executor,
  { start, limit }: { start: number; limit: number },
): Promise<Uint8Array[]> {
  const gaps = await readGaps(tx);
  const late = gaps.length === 0 ? [] : await readLate(tx, limit);
  const newest = await readNewestRun(tx);
  const highest = newest === null ? 0 : newest.sequence + newest.length - 1;
  const fresh = await readFresh(tx, highest, limit - late.length);
  const waiting = [...late, ...fresh];
  if (waiting.length === 0) return [];
  await writeRuns(tx, runsOf(waiting, start), newest);
  const lateNumbers = late.map(({ sequence }) => sequence);
  const freshNumbers = fresh.map(({ sequence }) => sequence);
  const added = gapsBetween(highest, freshNumbers);
  await writeGaps(tx, { gaps, filled: lateNumbers, added });
  return waiting.map(({ commitment }) => commitment);
}

/**
 * Forgets the gaps that nothing can fill any more. A transaction that inserts facts holds a lock on
 * their table from before it takes a number until it ends; so while a SHARE lock is held there is
 * none, and what is not visible then will never be. Resolves to whether the lock could be had at
 * once. Alone in its transaction, under the lock of the integrator.
 */
export async function forgetGaps(tx: Executor): Promise<boolean> {
  try {
    await sql`lock table kernel_facts in share mode nowait`.execute(tx);
  } catch (error) {
    if (sqlState(error) === lockNotAvailable) return false;
    throw error;
  }
  await sql`
    delete from kernel_fact_gaps where first not in (
      select gap.first from ${lateFacts(1)}
    )`.execute(tx);
  return true;
}

const lockNotAvailable = '55P03';

/** Whether there are gaps. */
export async function anyGaps(executor: Executor): Promise<boolean> {
  return (await readGaps(executor)).length > 0;
}

/** Consecutive sequence numbers, in the given order, as runs of places from `start` on. */
export function runsOf(waiting: readonly { sequence: number }[], start: number): Run[] {
  const runs: Run[] = [];
  for (const [offset, { sequence }] of waiting.entries()) {
    const run = runs.at(-1);
    if (run !== undefined && sequence === run.sequence + run.length) run.length += 1;
    else runs.push({ position: start + offset, sequence, length: 1 });
  }
  return runs;
}

/** The numbers above `highest` that are left out among ascending ones. */
export function gapsBetween(highest: number, numbers: readonly number[]): Gap[] {
  const gaps: Gap[] = [];
  let expected = highest + 1;
  for (const number of numbers) {
    if (number > expected) gaps.push({ first: expected, last: number - 1 });
    expected = number + 1;
  }
  return gaps;
}

/** What is left of a gap once some ascending numbers in it are filled. */
export function remainder({ first, last }: Gap, filled: readonly number[]): Gap[] {
  const inside = filled.filter((number) => number >= first && number <= last);
  return gapsBetween(first - 1, [...inside, last + 1]);
}

async function readGaps(executor: Executor): Promise<Gap[]> {
  const { rows } = await sql<Gap>`
    select first, last from kernel_fact_gaps order by first`.execute(executor);
  return rows;
}

async function readNewestRun(tx: Executor): Promise<Run | null> {
  const { rows } = await sql<Run>`
    select position, sequence, length from kernel_fact_runs order by sequence desc limit 1`.execute(
    tx,
  );
  return rows[0] ?? null;
}

async function readLate(tx: Executor, limit: number): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select fact.sequence, fact.commitment from ${lateFacts(limit)}
    order by fact.sequence limit ${limit}`.execute(tx);
  return rows;
}

async function readFresh(tx: Executor, highest: number, limit: number): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select sequence, commitment from kernel_facts where sequence > ${highest}
    order by sequence limit ${limit}`.execute(tx);
  return rows;
}

async function writeRuns(tx: Executor, runs: readonly Run[], newest: Run | null): Promise<void> {
  const [first, ...rest] = runs;
  const grows =
    first !== undefined &&
    newest !== null &&
    first.sequence === newest.sequence + newest.length &&
    first.position === newest.position + newest.length;
  if (grows) {
    await sql`
      update kernel_fact_runs set length = length + ${first.length}
      where position = ${newest.position}`.execute(tx);
  }
  const added = grows ? rest : runs;
  if (added.length === 0) return;
  const rows = added.map(
    ({ position, sequence, length }) => sql`(${position}, ${sequence}, ${length})`,
  );
  await sql`
    insert into kernel_fact_runs (position, sequence, length)
    values ${sql.join(rows)}`.execute(tx);
}

async function writeGaps(
  tx: Executor,
  change: { gaps: readonly Gap[]; filled: readonly number[]; added: readonly Gap[] },
): Promise<void> {
  const touched = change.gaps.filter(({ first, last }) =>
    change.filled.some((number) => number >= first && number <= last),
  );
  for (const { first } of touched) {
    await sql`delete from kernel_fact_gaps where first = ${first}`.execute(tx);
  }
  const added = [...touched.flatMap((gap) => remainder(gap, change.filled)), ...change.added];
  if (added.length === 0) return;
  const rows = added.map(({ first, last }) => sql`(${first}, ${last})`);
  await sql`insert into kernel_fact_gaps (first, last) values ${sql.join(rows)}`.execute(tx);
}
