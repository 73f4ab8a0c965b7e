import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { given, useListAddress } from '#web/ui/list-address.ts';
import { ListPages } from '#web/ui/list-pages.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import '#web/ui/plain-fields.css';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { Facets, facetKeys } from './facets.tsx';
import { type Found, Results } from './results.tsx';
import './search.css';
import { words } from './words.ts';

const queryCharactersMax = 200;

/** Everything the reader may see, by words and facets; both and the page stay in the address. */
export function SearchPage() {
  const say = useWords(words);
  const { address, change } = useListAddress(facetKeys);
  const asked = address.search.trim();
  return (
    <div className="search">
      <PageHead name={asked === '' ? say('title') : say('titleFor', { text: asked })} />
      <AskForm text={asked} onAsk={(text) => change({ search: text, filters: {} })} />
      <Answer text={asked} />
    </div>
  );
}

function AskForm({ text, onAsk }: { text: string; onAsk: (text: string) => void }) {
  const say = useWords(words);
  const [typed, setTyped] = useState(text);
  // The address changes from elsewhere too: the box above every page, and the back button.
  useEffect(() => setTyped(text), [text]);
  return (
    <form
      className="search-ask"
      action="/search"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(typed.trim());
      }}
    >
      <input
        name="q"
        type="search"
        className="plain-control"
        aria-label={say('label')}
        placeholder={say('placeholder')}
        maxLength={queryCharactersMax}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button kind="main" type="submit" icon="search">
        {say('go')}
      </Button>
    </form>
  );
}

function Answer({ text }: { text: string }) {
  const api = useApi();
  const { address, change, nextPage, previousPage } = useListAddress(facetKeys);
  const { cursor, limit } = address;
  const chosen = Object.fromEntries(
    facetKeys.flatMap((facet) => {
      const value = address.filters[facet]?.[0];
      return value === undefined ? [] : [[facet, value]];
    }),
  );
  const narrowed = Object.keys(chosen).length > 0;
  const query = useQuery(
    api.discovery.search.queryOptions({
      input: {
        q: text.slice(0, queryCharactersMax),
        ...given({ limit, cursor, ...chosen }),
      },
      placeholderData: keepPreviousData,
    }),
  );
  const choose = (facet: string, value: string | null) => {
    const { [facet]: _, ...others } = address.filters;
    change({ filters: value === null ? others : { ...others, [facet]: [value] } });
  };
  return (
    <Loaded query={query} lines={8}>
      {(found) => (
        <section aria-busy={query.isFetching || undefined} className="search-answer">
          <HowMany found={found} />
          <Facets facets={found.facets} chosen={chosen} onChoose={choose} />
          {found.items.length === 0 ? (
            <Nothing text={text} {...(narrowed ? { onAll: () => change({ filters: {} }) } : {})} />
          ) : (
            <Results items={found.items} />
          )}
          <ListPages
            address={address}
            page={found}
            onLimit={(rows) => change({ limit: rows })}
            onNext={nextPage}
            onPrevious={previousPage}
          />
        </section>
      )}
    </Loaded>
  );
}

function HowMany({ found }: { found: Found }) {
  const say = useWords(words);
  const key = found.totalIsExact ? 'count' : 'countMore';
  return (
    <p role="status" className="search-count">
      {found.total > 0 && say(key, { count: found.total })}
      {found.anyWord && found.total > 0 && ` · ${say('anyWord')}`}
    </p>
  );
}

function Nothing({ text, onAll }: { text: string; onAll?: () => void }) {
  const say = useWords(words);
  if (onAll === undefined) {
    return <EmptyState what={say('none', { text })} why={say('noneWhy')} />;
  }
  return (
    <EmptyState
      what={say('noneKind')}
      why={say('noneWhy')}
      next={<Button onClick={onAll}>{say('showAll')}</Button>}
    />
  );
}
