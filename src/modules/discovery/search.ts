import { sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, encodeCursor } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { DiscoveryOptions } from './config.ts';
import type { discoveryContract } from './contract.ts';
import { parseQuery, type SearchQuery } from './query.ts';
import { partsFoundIn, snippetOf } from './snippet.ts';
import type { Source } from './source.ts';
import * as store from './store.ts';

type SearchHandler = Handlers<(typeof discoveryContract)['operations']>['search'];

/**
 * How many times more matches are looked at where the reader may see few of them: 20,000 in titles, by
 * default, beyond which an answer says that it is not whole.
 */
const DEEPER = 50;
const CLASSES = ['title_equal', 'title', 'head', 'text'] as const;

/**
 * Finds entries that have all the words of a query, or any where none has all. Each kind is asked by
 * its own permission, so nobody finds what they could not open.
 */
export function createSearch(
  options: DiscoveryOptions,
  uses: { kernel: Kernel; sources: readonly Source[] },
): SearchHandler {
  const { db, access } = uses.kernel;

  const shownTo = (call: Call) =>
    uses.sources.map(({ kind, permission }) => ({
      kind,
      visible:
        permission === null
          ? sql<boolean>`true`
          : access.visible(call.principal, permission, store.candidateIdColumn),
    }));

  return async ({ q, kind, cursor, limit }, call) => {
    const query = parseQuery(q);
    const start = startOf(cursor);
    if (!query || uses.sources.length === 0) return nothing;
    const shown = shownTo(call);
    let depth = start.depth;
    const find = async (join: 'all' | 'any', ofKind: string | undefined) => {
      const page =
        ofKind === kind ? { offset: start.offset, limit: limit + 1 } : { offset: 0, limit: 0 };
      const asked = { tsquery: query.tsquery(join), key: query.key, kind: ofKind, shown, ...page };
      const matchesMax = options.DISCOVERY_MATCHES_MAX;
      const found = await store.searchEntries(db.read, {
        ...asked,
        matchesMax: matchesMax * depth,
      });
      // Common words, of which this reader may see few: look at more of them, rather than miss those.
      if (depth > 1 || start.offset > 0 || !found.capped || found.total > limit) return found;
      depth = DEEPER;
      return store.searchEntries(db.read, { ...asked, matchesMax: matchesMax * depth });
    };
    let join: 'all' | 'any' = 'all';
    let whole = await find(join, undefined);
    if (whole.total === 0 && query.parts.length > 1) {
      join = 'any';
      whole = await find(join, undefined);
    }
    const found = kind === undefined ? whole : await find(join, kind);
    const items = found.items.slice(0, limit).map((row) => entryOf(row, query, call));
    const more = found.items.length > limit;
    return {
      items,
      total: found.total,
      totalIsExact: !found.capped,
      anyWord: join === 'any' && whole.total > 0,
      facets: whole.facets,
      nextCursor: more
        ? encodeCursor({ key: String(start.offset + limit), id: String(depth) })
        : null,
    };
  };
}

const nothing = {
  items: [],
  total: 0,
  totalIsExact: true,
  anyWord: false,
  facets: [],
  nextCursor: null,
};

/** Where a page begins, and how deep the pages before it had to look. */
function startOf(cursor: string | undefined): { offset: number; depth: number } {
  const after = decodeCursor(cursor);
  if (!after) return { offset: 0, depth: 1 };
  const [offset, depth] = [Number(after.key), Number(after.id)];
  const known = depth === 1 || depth === DEEPER;
  if (!known || !Number.isSafeInteger(offset) || offset < 0 || offset > 1_000_000) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  return { offset, depth };
}

function entryOf(row: store.Found['items'][number], { parts }: SearchQuery, call: Call) {
  const { kind, id, title, summary, body, href } = row;
  const languages = call.language === 'zh' ? (['zh', 'en'] as const) : (['en', 'zh'] as const);
  const summaries = languages.map((language) => summary[language]);
  return {
    ...{ kind, id, title, href },
    snippet: snippetOf([...summaries, body], parts),
    ownerId: row.owner_id,
    updatedAt: new Date(row.updated_at).toISOString(),
    why: {
      class: CLASSES[row.class] ?? 'text',
      title: partsFoundIn(`${title.zh} ${title.en}`, parts),
      summary: partsFoundIn(summaries.join(' '), parts),
      text: partsFoundIn(body, parts),
    },
  };
}
