import { join } from 'node:path';
import { openDatabase } from '../src/kernel/db.ts';

export type StoredRow = Record<string, unknown>;

/** Looks into the database of a platform that does not run. */
export async function queryStored(
  place: { folder: string; databaseUrl?: string | undefined },
  statements: readonly string[],
): Promise<StoredRow[][]> {
  const db = openDatabase(
    place.databaseUrl
      ? { engine: 'postgres', url: place.databaseUrl, connectionsMax: 1 }
      : { engine: 'pglite', folder: join(place.folder, 'database') },
  );
  try {
    const results: StoredRow[][] = [];
    for (const statement of statements) {
      results.push((await db.raw(statement)).rows as StoredRow[]);
    }
    return results;
  } finally {
    await db.close();
  }
}

/** How many facts of each kind there are. */
export async function factsByKind(place: {
  folder: string;
  databaseUrl?: string | undefined;
}): Promise<Record<string, number>> {
  const [rows = []] = await queryStored(place, [
    'select kind, count(*) as count from kernel_facts group by kind order by kind',
  ]);
  return Object.fromEntries(rows.map(({ kind, count }) => [String(kind), Number(count)]));
}
