import type { Executor } from '#kernel/db.ts';
import type { Filters } from './facets.ts';
import type { Mark } from './lexemes.ts';
import { facetsIn, filtersOf, type SearchQuery } from './query.ts';
import * as store from './store.ts';

/** Matches of one class that are looked at to find the best of them. */
const LOOKED_MAX = 3_000;
/**
 * And where the reader may see few of them: beyond these an answer says that it is not whole.
 */
const DEEPER_MAX = 20_000;

export const classes = ['title_equal', 'title', 'head', 'text'] as const;
export type RankedMatch = store.Match & { class: (typeof classes)[number] };

/** Steps of a search: a later one is taken only where those before have not found enough. */
const steps: readonly { class: RankedMatch['class']; mark: Mark }[] = [
  { class: 'title_equal', mark: 'equal' },
  { class: 'title', mark: 'title' },
  { class: 'head', mark: 'head' },
  { class: 'text', mark: 'text' },
];

/** A tsquery for what has results of either kind. */
const HAVE_RESULTS = `(${(['measured', 'claimed'] as const)
  .map((results) => filtersOf({ results }).join())
  .join(' | ')})`;

type Asked = {
  query: SearchQuery | null;
  join: 'all' | 'any';
  filters: Filters;
  shown: store.Shown;
  /** How many are enough. */
  wanted: number;
};

/**
 * At most `wanted` of the matches that show, in their order: by class (the title is the query; its words are in
 * the title; in title or summary; anywhere), then measured before claimed before no results, then the
 * newest. `whole` is false where there may be more. The work is bounded, whatever the words: of a class with
 * more than 3,000 matches the measured, the claimed and the newest are asked for, and of the others the best
 * of those that the index gives first.
 */
export async function collectMatches(
  db: Executor,
  asked: Asked,
): Promise<{ matches: RankedMatch[]; whole: boolean }> {
  const { query, join, filters, shown, wanted } = asked;
  const found = new Map<string, RankedMatch>();
  let whole = true;
  const take = (of: RankedMatch['class'], matches: readonly store.Match[]) => {
    for (const match of matches) {
      const key = `${match.kind} ${match.id}`;
      if (!found.has(key)) found.set(key, { ...match, class: of });
    }
  };
  if (!query) {
    const result = await bestUnder(db, { filters, shown, wanted });
    take('text', result.items);
    whole = result.whole;
  } else {
    const tsqueries = steps.map(({ mark }) => query.tsquery(join, mark, filters));
    // The first looks of all steps in one statement: 40 ms against 65 one after the other, for two words among 20,000
    // entries on a busy machine.
    const quick = await store.bestOfEach(db, { ...lookFor(wanted), tsqueries, shown });
    for (const [place, { class: of }] of steps.entries()) {
      const tsquery = tsqueries[place] ?? '';
      const withResults = filters.results === undefined ? `${tsquery} & ${HAVE_RESULTS}` : null;
      const asked = { tsquery, shown, wanted, withResults };
      const result = await bestOf(db, asked, quick[place] ?? null);
      take(of, result.items);
      whole &&= result.whole;
      if (found.size >= wanted) {
        whole = false;
        break;
      }
    }
  }
  const matches = [...found.values()].slice(0, wanted);
  return { matches, whole };
}

/** Enough for who may see two of three; for others it is asked again, for one of four, and then for all. */
const depthFor = (wanted: number) => Math.ceil(1.5 * wanted);
const deeperFor = (wanted: number) => 4 * wanted;

type Best = {
  tsquery: string;
  shown: store.Shown;
  wanted: number;
  /** The same question of entries that have results; null where the question says which. */
  withResults: string | null;
};

const lookFor = (wanted: number) => ({
  ...{ matchesMax: LOOKED_MAX, depth: depthFor(wanted), limit: wanted },
});
const firstLook = ({ tsquery, shown, wanted }: Pick<Best, 'tsquery' | 'shown' | 'wanted'>) => ({
  ...{ tsquery, shown, ...lookFor(wanted) },
});

/** Where all matches were looked at: what the first look gave, or all of them for who may see few. */
async function rankedWhole(db: Executor, asked: Best, quick: store.Matches) {
  const first = firstLook(asked);
  if (quick.items.length >= asked.wanted || quick.ranked < first.depth) {
    return { items: quick.items, whole: quick.ranked < first.depth };
  }
  const depth = deeperFor(asked.wanted);
  const deeper = await store.bestMatches(db, { ...first, depth });
  if (deeper.items.length >= asked.wanted || deeper.ranked < depth) {
    return { items: deeper.items, whole: deeper.ranked < depth };
  }
  const all = await store.bestMatches(db, { ...first, depth: LOOKED_MAX });
  return { items: all.items, whole: true };
}

/** `looked`: what the first look gave, where it was taken already. */
async function bestOf(db: Executor, asked: Best, looked: store.Matches | null) {
  const { tsquery, shown, wanted, withResults } = asked;
  const first = firstLook(asked);
  const quick = looked ?? (await store.bestMatches(db, first));
  if (quick.taken < LOOKED_MAX) return rankedWhole(db, asked, quick);
  const deep = { ...first, matchesMax: DEEPER_MAX, depth: DEEPER_MAX };
  const some = quick.items.length >= wanted ? quick : await store.bestMatches(db, deep);
  const better = await Promise.all([
    withResults === null ? null : store.bestMatches(db, { ...first, tsquery: withResults }),
    store.newestMatches(db, { tsquery, shown, limit: wanted }),
  ]);
  const whole = some !== quick && some.taken < DEEPER_MAX;
  return { items: ranked([...better.flatMap((each) => each?.items ?? []), ...some.items]), whole };
}

/** Without words: by the index where few have the facets, else from the best on. */
async function bestUnder(
  db: Executor,
  { filters, shown, wanted }: Pick<Asked, 'filters' | 'shown' | 'wanted'>,
) {
  const facets = facetsIn(filters);
  if (facets.length > 0) {
    const tsquery = filtersOf(filters).join(' & ');
    const asked = { tsquery, shown, wanted, withResults: null };
    const found = await store.bestMatches(db, firstLook(asked));
    if (found.taken < LOOKED_MAX) return rankedWhole(db, asked, found);
  }
  for (const depth of [depthFor(wanted), deeperFor(wanted)]) {
    const some = await store.bestEntries(db, { facets, shown, depth, limit: wanted });
    if (some.items.length >= wanted || some.ranked < depth) {
      return { items: some.items, whole: some.ranked < depth };
    }
  }
  const further = { facets, shown, depth: DEEPER_MAX, limit: wanted };
  const deep = await store.bestEntries(db, further);
  return { items: deep.items, whole: deep.ranked < DEEPER_MAX };
}

/** As the database ranks: by standing, then the newest first. Ids settle what is left. */
function ranked(matches: readonly store.Match[]): store.Match[] {
  const before = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
  return [...matches].sort(
    (one, other) =>
      other.standing - one.standing ||
      other.updatedAt - one.updatedAt ||
      before(one.kind, other.kind) ||
      before(one.id, other.id),
  );
}
