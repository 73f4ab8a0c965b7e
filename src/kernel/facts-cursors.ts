import { sql } from 'kysely';
import type { Executor } from './db.ts';

// The only SQL for `kernel_fact_cursors`.

/** How far a subscriber has come, as stored. */
export type Cursor = { position: number; error: string | null; attempts: number };

/** Makes sure that a subscriber has a cursor. */
export async function openCursor(tx: Executor, name: string): Promise<void> {
  await sql`
    insert into kernel_fact_cursors (subscriber, position) values (${name}, 0)
    on conflict (subscriber) do nothing`.execute(tx);
}

/** The position of a cursor, 0 where there is none yet. */
export async function readCursor(executor: Executor, name: string): Promise<number> {
  const { rows } = await sql<{ position: number }>`
    select position from kernel_fact_cursors where subscriber = ${name}`.execute(executor);
  return rows[0]?.position ?? 0;
}

export async function readCursors(executor: Executor): Promise<Map<string, Cursor>> {
  const { rows } = await sql<Cursor & { subscriber: string }>`
    select subscriber, position, error, error_attempts as attempts
    from kernel_fact_cursors`.execute(executor);
  return new Map(rows.map(({ subscriber, ...cursor }) => [subscriber, cursor]));
}

/** Moves a cursor and forgets its error. */
export async function moveCursor(tx: Executor, name: string, position: number): Promise<void> {
  await sql`
    update kernel_fact_cursors
    set position = ${position}, error = null, error_attempts = 0, error_at = null
    where subscriber = ${name}`.execute(tx);
}

export async function recordError(
  tx: Executor,
  { name, error, attempts, now }: { name: string; error: string; attempts: number; now: Date },
): Promise<void> {
  await sql`
    update kernel_fact_cursors
    set error = ${error}, error_attempts = ${attempts}, error_at = ${now}
    where subscriber = ${name}`.execute(tx);
}
