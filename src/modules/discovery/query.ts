import { type Part, pairsOf, partsOf } from './tokens.ts';

/** What somebody typed, as the index is asked. */
export type SearchQuery = {
  parts: readonly Part[];
  /** As the titles in the index are compared. */
  key: string;
  /** A tsquery in PostgreSQL's notation: all parts, or any. */
  tsquery(join: 'all' | 'any'): string;
};

const PARTS_MAX = 12;
const DENSE_CHARACTERS_MAX = 40;

/**
 * Every part has to be found. A word of two letters and more is found by its beginning; a stretch of
 * Chinese by every two characters in a row that it has. Null where there is nothing to look for.
 */
export function parseQuery(text: string): SearchQuery | null {
  const parts = uniqueParts(partsOf(text)).slice(0, PARTS_MAX);
  if (parts.length === 0) return null;
  return {
    parts,
    key: keyOf(text),
    tsquery(join) {
      const asked = parts.map((part) => `(${conditionsOf(part).join(' & ')})`);
      return asked.join(join === 'all' ? ' & ' : ' | ');
    },
  };
}

/** A title as the index compares it with a whole query. */
export function keyOf(text: string): string {
  return partsOf(text)
    .map((part) => part.text)
    .join(' ');
}

function conditionsOf({ text, dense }: Part): string[] {
  const characters = [...text].slice(0, DENSE_CHARACTERS_MAX);
  if (!dense) return [`'${text}'${characters.length > 1 ? ':*' : ''}`];
  const tokens = characters.length > 1 ? pairsOf(characters) : characters;
  return [...new Set(tokens)].map((token) => `'${token}'`);
}

function uniqueParts(parts: readonly Part[]): Part[] {
  return [...new Map(parts.map((part) => [part.text, part])).values()];
}
