import { kernelErrors } from './errors.ts';

/** A place in a list that is ordered by (sort key, id); opaque to clients. */
export type Cursor = { key: string; id: string };

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.key, cursor.id])).toString('base64url');
}

/** Throws `kernel.invalid_input` for anything that `encodeCursor` did not make. */
export function decodeCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  try {
    const [key, id, ...rest]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof key === 'string' && typeof id === 'string' && rest.length === 0) return { key, id };
  } catch {}
  throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
}

/** Cuts `limit + 1` rows to a page, and says where the next begins. */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
): { items: Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor(cursorOf(last)) : null };
}
