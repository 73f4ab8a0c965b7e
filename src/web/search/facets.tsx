import { useWords } from '#web/i18n.ts';
import { words } from './words.ts';

const kinds = ['call', 'repository', 'organisation', 'certificate', 'offer', 'thing'] as const;

/** The word for a kind of entry; the kind itself where the portal has none. */
export function useKindName(): (kind: string) => string {
  const say = useWords(words);
  return (kind) => {
    const key = kinds.find((known) => known === kind);
    return key === undefined ? kind : say(key);
  };
}

type FacetsProps = {
  facets: readonly { kind: string; count: number }[];
  chosen: string | null;
  onChoose: (kind: string | null) => void;
};

/** How many of each kind there are; one kind can be chosen. */
export function Facets({ facets, chosen, onChoose }: FacetsProps) {
  const say = useWords(words);
  const kindName = useKindName();
  if (facets.length === 0) return null;
  const total = facets.reduce((sum, { count }) => sum + count, 0);
  const choice = (kind: string | null, name: string, count: number) => (
    <li key={kind ?? ''}>
      <button type="button" aria-pressed={chosen === kind} onClick={() => onChoose(kind)}>
        {name}
        <span className="figures">{count}</span>
      </button>
    </li>
  );
  return (
    <ul className="search-facets" aria-label={say('kinds')}>
      {choice(null, say('all'), total)}
      {facets.map(({ kind, count }) => choice(kind, kindName(kind), count))}
    </ul>
  );
}
