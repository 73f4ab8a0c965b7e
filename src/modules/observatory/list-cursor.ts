import { kernelErrors } from '#kernel/errors.ts';
import { type Cursor, decodeCursor } from '#kernel/page.ts';

const invalid = () =>
  kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });

/** A cursor by identifier alone. Anybody can write one. Throws `kernel.invalid_input`. */
export function listCursor(text: string | undefined): Cursor | null {
  const cursor = decodeCursor(text);
  if (cursor && !/^[\w.-]{1,80}$/.test(cursor.id)) throw invalid();
  return cursor;
}

/** A cursor of a list by time and identifier; both reach SQL. Throws `kernel.invalid_input`. */
export function timeCursor(text: string | undefined): Cursor | null {
  const cursor = listCursor(text);
  if (cursor === null) return null;
  const time = new Date(cursor.key);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-/.test(time.toISOString())) throw invalid();
  return { key: time.toISOString(), id: cursor.id };
}
