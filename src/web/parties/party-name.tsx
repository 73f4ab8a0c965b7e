import { useQueries } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { To } from '#web/ui/to.tsx';
import { words } from './words.ts';

const staleMs = 300_000;
const isParty = (id: string) => id.startsWith('party_');

/**
 * The names of parties by id. While a name is being read, or where the reader may not know it, the end
 * of the id stands for it; what the platform does by itself is named so.
 */
export function usePartyNames(ids: readonly string[]): (id: string) => string {
  const api = useApi();
  const say = useWords(words);
  const wanted = [...new Set(ids)].filter(isParty);
  const found = useQueries({
    queries: wanted.map((partyId) =>
      api.parties.getParty.queryOptions({ input: { partyId }, staleTime: staleMs, retry: false }),
    ),
  });
  const names = new Map(wanted.map((id, place) => [id, found[place]?.data?.name]));
  return (id) => {
    if (id.startsWith('service:')) return say('platformItself');
    return names.get(id) ?? shortId(id);
  };
}

const endLength = 6;

/** `party_…x7k2p9` */
export const shortId = (id: string): string => {
  const place = id.indexOf('_');
  return place < 0 ? id : `${id.slice(0, place)}_…${id.slice(-endLength)}`;
};

/** A party by its name, leading to its page. */
export function PartyName({ id }: { id: string }) {
  const name = usePartyNames([id])(id);
  return isParty(id) ? <To href={`/parties/${id}`}>{name}</To> : <span>{name}</span>;
}
