import { type RawBuilder, sql } from 'kysely';
import { type Executor, texts } from './db.ts';
import { edgePlaces, type Tile, type TilePlace, tileWidth } from './ledger-tiles.ts';

// The only SQL for the `kernel_ledger_…` tables.

/** A signed checkpoint as stored; the note is without cosignatures. */
export type StoredCheckpoint = { size: number; root: Uint8Array; note: string };

/** Checkpoints kept, with their cosignatures; older ones say nothing that a newer one does not. */
const checkpointsKept = 1000;

export async function readHead(executor: Executor): Promise<StoredCheckpoint | null> {
  const { rows } = await sql<StoredCheckpoint>`
    select size, root, note from kernel_ledger_checkpoints order by size desc limit 1`.execute(
    executor,
  );
  return rows[0] ?? null;
}

/**
 * The newest checkpoint, and before it the newest one that all of these witnesses cosigned, if that
 * is another; each with the signature lines of the witnesses, in the order of their names.
 */
export async function readPublished(
  executor: Executor,
  witnesses: readonly string[],
): Promise<(StoredCheckpoint & { lines: string[] })[]> {
  const { rows } = await sql<StoredCheckpoint & { lines: string[] }>`
    select size, root, note, (
      select coalesce(jsonb_agg(line order by witness), '[]') from kernel_ledger_cosignatures
      where size = checkpoint.size and witness = any(${texts(witnesses)})
    ) as lines
    from kernel_ledger_checkpoints checkpoint
    where size = (select max(size) from kernel_ledger_checkpoints)
      or size = (${cosignedByAll(witnesses)})
    order by size`.execute(executor);
  return rows;
}

export async function insertCheckpoint(
  tx: Executor,
  { size, root, note }: StoredCheckpoint,
  now: Date,
): Promise<void> {
  await sql`
    insert into kernel_ledger_checkpoints (size, root, note, signed_at)
    values (${size}, ${root}, ${note}, ${now})`.execute(tx);
}

/**
 * Removes checkpoints older than the newest thousand, but for the newest that a witness cosigned.
 */
export async function pruneCheckpoints(tx: Executor): Promise<void> {
  await sql`
    delete from kernel_ledger_checkpoints where size < (
      select min(size) from (
        select size from kernel_ledger_checkpoints order by size desc limit ${checkpointsKept}
      ) kept
    ) and size not in (
      select max(size) from kernel_ledger_cosignatures group by witness
    )`.execute(tx);
}

export async function readTiles(executor: Executor, places: readonly TilePlace[]): Promise<Tile[]> {
  if (places.length === 0) return [];
  const pairs = places.map(({ level, index }) => sql`(${level}::smallint, ${index}::bigint)`);
  return selectTiles(executor, sql`(level, index) in (${sql.join(pairs)})`);
}

/** The hashes of the lowest tile over a place, as base64; null where there is none. */
export const lowestTileOver = (position: RawBuilder<number>): RawBuilder<string | null> => sql`(
  select encode(hashes, 'base64') from kernel_ledger_tiles
  where level = 0 and index = (${position}) / ${sql.lit(tileWidth)})`;

/** Tiles above the lowest level, the newest first: one for 65,536 entries, and few above those. */
export function readUpperTiles(executor: Executor, limit: number): Promise<Tile[]> {
  return selectTiles(executor, sql`level > 0 order by level desc, index desc limit ${limit}`);
}

async function selectTiles(executor: Executor, which: RawBuilder<unknown>): Promise<Tile[]> {
  // As base64: PGlite takes a millisecond to read 8 KiB of bytea.
  const { rows } = await sql<TilePlace & { encoded: string }>`
    select level, index, encode(hashes, 'base64') as encoded from kernel_ledger_tiles
    where ${which}`.execute(executor);
  return rows.map(({ level, index, encoded }) => {
    return { level, index, hashes: Buffer.from(encoded, 'base64') };
  });
}

/** The tiles on the right edge of the stored tree. */
export function readEdge(executor: Executor, size: number): Promise<Tile[]> {
  return readTiles(executor, edgePlaces(size));
}

export async function writeTiles(tx: Executor, tiles: readonly Tile[]): Promise<void> {
  const rows = tiles.map(({ level, index, hashes }) => sql`(${level}, ${index}, ${hashes})`);
  await sql`
    insert into kernel_ledger_tiles (level, index, hashes) values ${sql.join(rows)}
    on conflict (level, index) do update set hashes = excluded.hashes`.execute(tx);
}

/** Gives the room of rows that were replaced back to the table. Not in a transaction. */
export async function vacuumTiles(executor: Executor): Promise<void> {
  await sql`vacuum kernel_ledger_tiles`.execute(executor);
  await sql`vacuum kernel_ledger_checkpoints`.execute(executor);
}

export async function insertCosignature(
  tx: Executor,
  { size, witness, line }: { size: number; witness: string; line: string },
): Promise<void> {
  await sql`
    insert into kernel_ledger_cosignatures (size, witness, line)
    values (${size}, ${witness}, ${line})
    on conflict (size, witness) do update set line = excluded.line`.execute(tx);
}

/** The largest size that this witness cosigned, 0 if none. */
export async function lastCosignedBy(executor: Executor, witness: string): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select coalesce(max(size), 0) as size from kernel_ledger_cosignatures
    where witness = ${witness}`.execute(executor);
  return rows[0]?.size ?? 0;
}

/** The largest size that all of these witnesses cosigned, 0 if none. */
export async function lastCosignedByAll(
  executor: Executor,
  witnesses: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ size: number }>`${cosignedByAll(witnesses)}`.execute(executor);
  return rows[0]?.size ?? 0;
}

const cosignedByAll = (witnesses: readonly string[]) => sql`
  select size from kernel_ledger_cosignatures where witness = any(${texts(witnesses)})
  group by size having count(*) = ${witnesses.length} order by size desc limit 1`;
