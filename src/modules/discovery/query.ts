import { type Filters, facetNames, facetValue } from './facets.ts';
import { lexeme, type Mark, marks } from './lexemes.ts';
import { type Part, pairsOf, partsOf } from './tokens.ts';

/** What somebody typed, as the index is asked. */
export type SearchQuery = {
  parts: readonly Part[];
  /** As the titles in the index are compared. */
  key: string;
  /** A tsquery in PostgreSQL's notation: all parts, or any, where the mark says, under the filters. */
  tsquery(join: 'all' | 'any', mark: Mark, filters?: Filters): string;
};

const PARTS_MAX = 12;
const DENSE_CHARACTERS_MAX = 40;

/** Null where there is nothing to look for. */
export function parseQuery(text: string): SearchQuery | null {
  const parts = uniqueParts(partsOf(text)).slice(0, PARTS_MAX);
  if (parts.length === 0) return null;
  const key = keyOf(text);
  return {
    ...{ parts, key },
    tsquery(join, mark, filters = {}) {
      const asked = parts.map((part) => `(${conditionsOf(part, marks[mark]).join(' & ')})`);
      const words = join === 'all' ? asked.join(' & ') : `(${asked.join(' | ')})`;
      const found = mark === 'equal' ? lexeme(marks.equal + key) : words;
      return [found, ...filtersOf(filters)].join(' & ');
    },
  };
}

/** Filters as entries have them, in a fixed order. */
export const facetsIn = (filters: Filters): string[] =>
  facetNames.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [`${name}=${facetValue(value)}`];
  });

/** Filters as conditions of a tsquery. */
export const filtersOf = (filters: Filters): string[] =>
  facetsIn(filters).map((facet) => lexeme(marks.facet + facet));

/**
 * A word of two letters and more is found by its beginning; a stretch of Chinese by every two
 * characters in a row that it has, and a single one by the pairs that it begins.
 */
function conditionsOf({ text, dense }: Part, mark: string): string[] {
  const characters = [...text].slice(0, DENSE_CHARACTERS_MAX);
  if (!dense || characters.length === 1) {
    const beginning = dense || characters.length > 1;
    return [`${lexeme(mark + text)}${beginning ? ':*' : ''}`];
  }
  return [...new Set(pairsOf(characters))].map((pair) => lexeme(mark + pair));
}

/** A title as the index compares it with a whole query. */
export function keyOf(text: string): string {
  return partsOf(text)
    .map((part) => part.text)
    .join(' ');
}

function uniqueParts(parts: readonly Part[]): Part[] {
  return [...new Map(parts.map((part) => [part.text, part])).values()];
}
