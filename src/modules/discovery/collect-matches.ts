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
    for (const { class: of, mark } of steps) {
      const tsquery = query.tsquery(join, mark, filters);
      const withResults = filters.results === undefined ? `${tsquery} & ${HAVE_RESULTS}` : null;
      const result = await bestOf(db, { tsquery, shown, wanted, withResults });
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

const firstLook = (asked: Pick<Best, 'tsquery' | 'shown' | 'wanted'>) => ({
  ...{ tsquery: asked.tsquery, shown: asked.shown, limit: asked.wanted },
  ...{ matchesMax: LOOKED_MAX, depth: depthFor(asked.wanted) },
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

async function bestOf(db: Executor, asked: Best) {
  const { tsquery, shown, wanted, withResults } = asked;
  const first = firstLook(asked);
  const quick = await store.bestMatches(db, first);
  if (quick.taken < LOOKED_MAX) return rankedWhole(db, asked, quick);
  const deep = { ...first, matchesMax: DEEPER_MAX, depth: DEEPER_MAX };
  const some = quick.items.length >= wanted ? quick : await store.bestMatches(db, deep);
  const better: store.Match[] = [];
  if (withResults !== null) {
    const results = await store.bestMatches(db, { ...first, tsquery: withResults });
    better.push(...results.items);
  }
  better.push(...(await store.newestMatches(db, { tsquery, shown, limit: wanted })).items);
  const whole = some !== quick && some.taken < DEEPER_MAX;
  return { items: ranked([...better, ...some.items]), whole };
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
