import { facetsOf } from './facets.ts';
import { lexeme, marks } from './lexemes.ts';
import { keyOf } from './query.ts';
import type { Entry } from './source.ts';
import type { IndexedRow } from './store.ts';
import { tokensOf } from './tokens.ts';

/** Longer titles are never what somebody typed. */
const KEY_CHARACTERS_MAX = 200;

/** An entry as it is stored: with its words in PostgreSQL's notation of a tsvector. */
export function indexedRowOf(
  entry: Entry,
  given: { kind: string; charactersMax: number; indexedAt: Date; measured: boolean },
): IndexedRow {
  const { id, title, summary, href } = entry;
  const { kind, measured } = given;
  // PostgreSQL keeps no zero characters, and no halves of characters.
  const body = entry.text.slice(0, given.charactersMax).replaceAll('\u0000', '').toWellFormed();
  const inTitle = tokensOf(`${title.zh} ${title.en}`);
  // The prefix of an id is a word of the platform: `call` must not find every call.
  const number = id.split('_').at(-1) ?? '';
  const inHead = new Set([...inTitle, ...tokensOf(`${summary.zh} ${summary.en} ${number}`)]);
  const keys = [title.zh, title.en].map(keyOf).filter((key) => key !== '');
  const standing = measured ? 2 : entry.claimed ? 1 : 0;
  const facets = facetsOf(entry, kind, entry.claimed === undefined ? null : nameOf[standing]);
  const terms = [
    ...keys.filter((key) => key.length <= KEY_CHARACTERS_MAX).map((key) => marks.equal + key),
    ...[...inTitle].map((token) => marks.title + token),
    ...[...inHead].map((token) => marks.head + token),
    ...new Set([...inHead, ...tokensOf(body)]),
    ...facets.map((facet) => marks.facet + facet),
  ];
  return {
    ...{ kind, id, title, summary, body, href, standing, facets },
    owner_id: entry.ownerId,
    revision_digest: entry.revisionDigest ?? null,
    terms: terms.map(lexeme).join(' '),
    updated_at: entry.updatedAt,
    indexed_at: given.indexedAt,
  };
}

const nameOf = { 2: 'measured', 1: 'claimed', 0: 'none' } as const;
