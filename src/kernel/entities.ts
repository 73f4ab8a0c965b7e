import * as z from 'zod';

/** Shapes that the contracts of several modules share. Browser-safe. */

/** An identifier as `ids` makes it: a prefix, an underscore, 26 letters and digits. */
export const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `an identifier ${prefix}_…`);

export const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hexadecimal digits');

/** A UTC instant, such as 2026-11-23T06:05:00.000Z. */
export const instant = z.iso.datetime();

/** Text that a database can keep: no zero character, no half of a surrogate pair. */
const text = z
  .string()
  .refine((value) => !value.includes('\u0000') && value.isWellFormed(), 'plain Unicode text');

/** A title, summary or text in Chinese and English. */
export const words = (charactersMax: number) =>
  z.object({ zh: text.max(charactersMax), en: text.max(charactersMax) });
export type Words = { zh: string; en: string };

/** A short name for people. */
export const title = text.trim().min(1).max(200);

/** A lower-case name for addresses: letters, digits, hyphens, dots and underscores. */
export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, 'lower-case letters, digits and . _ - inside');

/** Text that people wrote: no control characters but line breaks and tabs. */
export const prose = (charactersMax: number) =>
  text
    .max(charactersMax)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is the very check
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'text without control characters');

export const pageSizeMax = 100;

/** What every list takes: a cursor from the page before, and how many rows. */
export const pageInput = {
  cursor: z.string().max(200).optional().describe('nextCursor of the page before'),
  limit: z.coerce.number().int().min(1).max(pageSizeMax).default(25).describe('rows a page'),
};

/** What every list gives. `total` counts all rows that the reader may see under the filter. */
export const pageOutput = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    total: z.number().int(),
    nextCursor: z.string().nullable(),
  });
