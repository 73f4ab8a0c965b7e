import type { Outputs } from '#web/contracts.ts';
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

type FacetKey = Outputs['discovery']['search']['facets'][number]['facet'];

/** Facets in the order of the page, with the key of each in the address. */
export const facetKeys = [
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
] as const satisfies readonly FacetKey[];

/** Values that have a word; all others are what their owners wrote. */
const knownValues = [
  ['algorithm', 'algorithm'],
  ['dataset', 'dataset'],
  ['program', 'program'],
  ['measured', 'measured'],
  ['claimed', 'claimed'],
  ['none', 'noResults'],
  ['under_1_mb', 'under1Mb'],
  ['under_100_mb', 'under100Mb'],
  ['under_1_gb', 'under1Gb'],
  ['under_10_gb', 'under10Gb'],
  ['over_10_gb', 'over10Gb'],
] as const;

const shownMax = 12;

type FacetsProps = {
  facets: Outputs['discovery']['search']['facets'];
  chosen: Readonly<Partial<Record<FacetKey, string>>>;
  onChoose: (facet: FacetKey, value: string | null) => void;
};

/** How many there are of each value; one value of each facet can be chosen, and left again. */
export function Facets({ facets, chosen, onChoose }: FacetsProps) {
  const say = useWords(words);
  const kindName = useKindName();
  const nameOf = (facet: FacetKey, value: string) => {
    if (facet === 'kind') return kindName(value);
    const key = knownValues.find(([known]) => known === value)?.[1];
    return key === undefined ? value : say(key);
  };
  const groups = facetKeys.flatMap((facet) => {
    const counted = facets.find((each) => each.facet === facet)?.values ?? [];
    const own = chosen[facet];
    const missing = own !== undefined && !counted.some(({ value }) => value === own);
    const values = missing ? [{ value: own, count: 0 }, ...counted] : counted;
    return values.length === 0 ? [] : [{ facet, values: values.slice(0, shownMax) }];
  });
  if (groups.length === 0) return null;
  return (
    <section className="search-facets" aria-label={say('facets')}>
      {groups.map(({ facet, values }) => (
        <details key={facet} open={facet === 'kind' || chosen[facet] !== undefined}>
          <summary>
            {say(facet)}
            {chosen[facet] !== undefined && <strong>{nameOf(facet, chosen[facet])}</strong>}
          </summary>
          <ul aria-label={say(facet)}>
            {values.map(({ value, count }) => (
              <li key={value}>
                <button
                  type="button"
                  aria-pressed={chosen[facet] === value}
                  onClick={() => onChoose(facet, chosen[facet] === value ? null : value)}
                >
                  {nameOf(facet, value)}
                  <span className="figures">{count}</span>
                </button>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}
