import { kernelErrors } from '#kernel/errors.ts';
import { type Cursor, decodeCursor } from '#kernel/page.ts';

/**
 * A cursor of a list that is ordered by time and identifier. Anybody can write one and it reaches
 * SQL, so it must be both. Throws `kernel.invalid_input`.
 */
export function timeCursor(text: string | undefined): Cursor | null {
  const cursor = decodeCursor(text);
  if (cursor === null) return null;
  const time = new Date(cursor.key);
  if (Number.isNaN(time.getTime()) || !/^\w+$/.test(cursor.id)) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  return { key: time.toISOString(), id: cursor.id };
}
