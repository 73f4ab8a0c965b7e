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

  const visibleTo = (call: Call) => {
    const kinds = uses.sources.map(({ kind, permission }) => {
      const mine = sql<boolean>`${store.entryKindColumn} = ${kind}`;
      return permission === null
        ? mine
        : sql<boolean>`(${mine}
            and ${access.visible(call.principal, permission, store.entryIdColumn)})`;
    });
    return kinds.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(kinds, sql` or `)})`;
  };

  return async ({ q, kind, cursor, limit }, call) => {
    const query = parseQuery(q);
    const offset = offsetOf(cursor);
    if (!query) return nothing;
    const visible = visibleTo(call);
    const find = (join: 'all' | 'any', ofKind: string | undefined) =>
      store.searchEntries(db.read, {
        anywhere: query.tsquery({ join }),
        inTitle: query.tsquery({ join, titlesOnly: true }),
        inHead: query.tsquery({ join, headsOnly: true }),
        key: query.key,
        kind: ofKind,
        visible,
        matchesMax: options.DISCOVERY_MATCHES_MAX,
        offset: ofKind === kind ? offset : 0,
        limit: ofKind === kind ? limit + 1 : 0,
      });
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
      nextCursor: more ? encodeCursor({ key: String(offset + limit), id: 'search' }) : null,
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

function offsetOf(cursor: string | undefined): number {
  const after = decodeCursor(cursor);
  if (!after) return 0;
  const offset = Number(after.key);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > 1_000_000) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  return offset;
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
