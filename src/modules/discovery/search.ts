import { sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, encodeCursor } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { collectMatches } from './collect-matches.ts';
import type { DiscoveryOptions } from './config.ts';
import type { discoveryContract } from './contract.ts';
import { countFacets, type FacetName, type Filters, facetNames, facetValue } from './facets.ts';
import { parseQuery, type SearchQuery } from './query.ts';
import { partsFoundIn, snippetOf } from './snippet.ts';
import type { Source } from './source.ts';
import * as store from './store.ts';
import { lastMeasured, type MeasuredResult } from './uses-store.ts';

type SearchHandler = Handlers<(typeof discoveryContract)['operations']>['search'];

const OFFSET_MAX = 10_000;

/**
 * Finds entries that have all the words of a query, or any where none has all, under the chosen facets;
 * without words, everything under them. Each kind is asked by its own permission, so nobody finds what they
 * could not open.
 */
export function createSearch(
  options: DiscoveryOptions,
  uses: { kernel: Kernel; sources: readonly Source[] },
): SearchHandler {
  const { db, access } = uses.kernel;
  const matchesMax = options.DISCOVERY_MATCHES_MAX;

  const shownTo = (call: Call) =>
    uses.sources.map(({ kind, permission }) => ({
      kind,
      visible:
        permission === null
          ? sql<boolean>`true`
          : access.visible(call.principal, permission, store.candidateIdColumn),
    }));

  return async ({ q, cursor, limit, ...chosen }, call) => {
    const query = parseQuery(q);
    const offset = offsetOf(cursor);
    if ((!query && q !== '') || uses.sources.length === 0) return nothing;
    const filters = filtersIn(chosen);
    const shown = shownTo(call);
    const collect = (join: 'all' | 'any', under: Filters, wanted: number) =>
      collectMatches(db.read, { query, join, filters: under, shown, wanted });
    const wanted = Math.max(matchesMax, offset + limit) + 1;
    // The values beside a chosen one: what choosing them instead would find.
    const besides = (join: 'all' | 'any') =>
      facetNames
        .filter((name) => filters[name] !== undefined)
        .map(async (name) => {
          const { [name]: _, ...others } = filters;
          const beside = await collect(join, others, matchesMax);
          return countFacets(beside.matches).filter(({ facet }) => facet === name);
        });
    const ask = async (join: 'all' | 'any') => {
      const [found, ...beside] = await Promise.all([
        collect(join, filters, wanted),
        ...besides(join),
      ]);
      return { join, found, beside: beside.flat() };
    };
    let answer = await ask('all');
    if (answer.found.matches.length === 0 && query && query.parts.length > 1) {
      answer = await ask('any');
    }
    const { join, found, beside } = answer;
    const counted = found.matches.slice(0, matchesMax);
    const facets = new Map(
      [...countFacets(counted), ...beside].map((each) => [each.facet, each] as const),
    );
    const page = found.matches.slice(offset, offset + limit);
    const classes = new Map(page.map((match) => [`${match.kind} ${match.id}`, match.class]));
    const rows = await store.readEntries(db.read, page);
    const digests = rows.flatMap(({ revision_digest: digest }) => digest ?? []);
    const measured = await lastMeasured(db.read, digests);
    return {
      items: rows.map((row) =>
        entryOf(row, {
          ...{ query, call, class: classes.get(`${row.kind} ${row.id}`) ?? 'text' },
          measured: measured.get(row.revision_digest ?? ''),
        }),
      ),
      total: counted.length,
      totalIsExact: found.whole && found.matches.length <= matchesMax,
      anyWord: join === 'any' && found.matches.length > 0,
      facets: facetNames.flatMap((name) => facets.get(name) ?? []),
      nextCursor:
        found.matches.length > offset + limit && offset + limit <= OFFSET_MAX
          ? encodeCursor({ key: String(offset + limit), id: '' })
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

/** Where a page begins. */
function offsetOf(cursor: string | undefined): number {
  const after = decodeCursor(cursor);
  if (!after) return 0;
  const offset = Number(after.key);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > OFFSET_MAX) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  return offset;
}

function filtersIn(chosen: Readonly<Partial<Record<FacetName, string | undefined>>>): Filters {
  const given = facetNames.flatMap((name) => {
    const value = facetValue(chosen[name] ?? '');
    return value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

type Asked = {
  query: SearchQuery | null;
  call: Call;
  class: 'title_equal' | 'title' | 'head' | 'text';
  measured: MeasuredResult | undefined;
};

function entryOf(row: store.EntryRow, { query, call, class: found, measured }: Asked) {
  const { kind, id, title, summary, body, href } = row;
  const parts = query?.parts ?? [];
  const languages = call.language === 'zh' ? (['zh', 'en'] as const) : (['en', 'zh'] as const);
  const summaries = languages.map((language) => summary[language]);
  return {
    ...{ kind, id, title, href },
    snippet: snippetOf([...summaries, body], parts),
    ownerId: row.owner_id,
    updatedAt: row.updated_at.toISOString(),
    facets: [...row.facets],
    measured: measured
      ? { measurementId: measured.id, metric: measured.metric, score: measured.score }
      : null,
    why: {
      class: found,
      title: partsFoundIn(`${title.zh} ${title.en}`, parts),
      summary: partsFoundIn(summaries.join(' '), parts),
      text: partsFoundIn(body, parts),
    },
  };
}
