import { keyOf } from './query.ts';
import type { Entry } from './source.ts';
import type { IndexedRow } from './store.ts';
import { tokensOf } from './tokens.ts';

/** An entry as it is stored: with its words in PostgreSQL's notation of a tsvector. */
export function indexedRowOf(
  entry: Entry,
  given: { kind: string; charactersMax: number; indexedAt: Date },
): IndexedRow {
  const { id, title, href } = entry;
  const summary = entry.summary;
  // PostgreSQL keeps no zero characters, and no halves of characters.
  const body = entry.text.slice(0, given.charactersMax).replaceAll('\u0000', '').toWellFormed();
  const inTitle = tokensOf(`${title.zh} ${title.en}`);
  // The prefix of an id is a word of the platform: `call` must not find every call.
  const number = id.split('_').at(-1) ?? '';
  const inHead = new Set([...inTitle, ...tokensOf(`${summary.zh} ${summary.en} ${number}`)]);
  return {
    ...{ kind: given.kind, id, title, summary, body, href },
    owner_id: entry.ownerId,
    title_keys: [title.zh, title.en].map(keyOf).filter((key) => key !== ''),
    title_terms: vectorOf(inTitle),
    head_terms: vectorOf(inHead),
    terms: vectorOf(new Set([...inHead, ...tokensOf(body)])),
    updated_at: entry.updatedAt,
    indexed_at: given.indexedAt,
  };
}

/** Tokens are letters and digits only, so that quotes are all that they need. */
const vectorOf = (tokens: ReadonlySet<string>) =>
  [...tokens].map((token) => `'${token}'`).join(' ');
