import type { Entry } from './source.ts';

/** By what entries can be filtered beside words; each is counted under the other filters. */
export const facetNames = [
  'kind',
  'repositoryKind',
  'results',
  'task',
  'sector',
  'licence',
  'runtime',
  'size',
  'chip',
  'language',
] as const;
export type FacetName = (typeof facetNames)[number];

const VALUE_CHARACTERS_MAX = 100;
const VALUES_MAX = 20;

/** Chosen values, at most one a facet. */
export type Filters = Readonly<Partial<Record<FacetName, string>>>;

/** The facets of an entry as they are stored: `task=ocr`. Values beyond twenty a facet are left out. */
export function facetsOf(entry: Entry, kind: string, results: string | null): string[] {
  const given = {
    ...entry.facets,
    kind: [kind],
    ...(results === null ? {} : { results: [results] }),
  };
  return facetNames.flatMap((name) =>
    [...new Set((given[name] ?? []).map(facetValue))]
      .filter((value) => value !== '')
      .slice(0, VALUES_MAX)
      .map((value) => `${name}=${value}`),
  );
}

/** As values are compared: small letters, no spaces around, no more than a hundred characters. */
export const facetValue = (text: string) =>
  text.replaceAll('\u0000', '').toWellFormed().trim().toLowerCase().slice(0, VALUE_CHARACTERS_MAX);

/** How many entries have each value, the most frequent first; facets that nothing has are left out. */
export function countFacets(entries: readonly { facets: readonly string[] }[]) {
  const counts = new Map<string, number>();
  for (const { facets } of entries) {
    for (const facet of facets) counts.set(facet, (counts.get(facet) ?? 0) + 1);
  }
  return facetNames.flatMap((facet) => {
    const values = [...counts]
      .filter(([stored]) => stored.startsWith(`${facet}=`))
      .map(([stored, count]) => ({ value: stored.slice(facet.length + 1), count }))
      .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));
    return values.length > 0 ? [{ facet, values }] : [];
  });
}
