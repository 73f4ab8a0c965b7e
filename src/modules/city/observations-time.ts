/** RFC 3339, and the offset without a colon that samples of 18-088 have. A time without an offset is none. */
const FORM = /^\d{4}-\d\d-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** Milliseconds since 1970 of an instant; null for anything else. Finer digits are cut off. */
export function parseInstant(text: unknown): number | null {
  if (typeof text !== 'string' || text.length > 40) return null;
  const match = FORM.exec(text);
  if (!match) return null;
  const milliseconds = Date.parse(
    text.endsWith('Z') || text.at(-3) === ':' ? text : `${text.slice(0, -2)}:${text.slice(-2)}`,
  );
  if (Number.isNaN(milliseconds)) return null;
  // Date.parse takes 30 February for 2 March.
  if (Number(match[1]) > 28 && !isDay(text)) return null;
  return milliseconds;
}

function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(Date.parse(day)).toISOString().startsWith(day);
}
