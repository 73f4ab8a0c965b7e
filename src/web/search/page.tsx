import { useInfiniteQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Button } from '#web/ui/button.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import './search.css';
import { words } from './words.ts';

type Page = Outputs['discovery']['search'];
type Entry = Page['items'][number];

const pageRows = 25;
/** Words that anybody finds something for on a platform with a scenario on it. */
const examples = ['传感器', '异常', 'F1'] as const;

/** One search over everything, in what the reader may see. */
export function SearchPage() {
  const say = useWords(words);
  const [text, setText] = useQueryParameter('q');
  return (
    <>
      <PageHead name={say('title')} why={say('what')} />
      <SearchForm key={text} text={text} onSearch={setText} />
      {text.trim() === '' ? (
        <EmptyState
          what={say('start')}
          why={say('what')}
          next={
            <p className="search-examples">
              {say('tryThese')}
              {examples.map((example) => (
                <To key={example} href={`/search?${new URLSearchParams({ q: example })}`}>
                  {example}
                </To>
              ))}
            </p>
          }
        />
      ) : (
        <Results text={text.trim()} />
      )}
    </>
  );
}

function SearchForm({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const say = useWords(words);
  const [typed, setTyped] = useState(text);
  return (
    <search>
      <form
        className="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(typed.trim());
        }}
      >
        <div className="list-search">
          <Icon name="search" />
          <input
            type="search"
            value={typed}
            aria-label={say('field')}
            placeholder={say('field')}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Button kind="main" type="submit">
          {say('go')}
        </Button>
      </form>
    </search>
  );
}

function Results({ text }: { text: string }) {
  const api = useApi();
  const say = useWords(words);
  const [kind] = useQueryParameter('kind');
  const query = useInfiniteQuery(
    api.discovery.search.infiniteOptions({
      input: (cursor: string | undefined) => ({
        q: text,
        limit: pageRows,
        ...(kind === '' ? {} : { kind }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    }),
  );
  return (
    <Loaded query={query} lines={8}>
      {({ pages }) => {
        const [first] = pages;
        if (first === undefined) return null;
        const entries = pages.flatMap(({ items }) => items);
        return (
          <div className="search">
            <Facets page={first} text={text} kind={kind} />
            <div className="search-found">
              <p role="status" className="search-count">
                {say(first.totalIsExact ? 'found' : 'foundMore', { text, count: first.total })}
                {entries.length > 0 && <small>{say('keys')}</small>}
              </p>
              {first.anyWord && <p className="search-any">{say('anyWord')}</p>}
              {entries.length === 0 ? (
                <EmptyState what={say('none')} why={say('noneWhy')} />
              ) : (
                <EntryList entries={entries} />
              )}
              {query.hasNextPage && (
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {say('more')}
                </Button>
              )}
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

const kinds = ['repository', 'call', 'scenario', 'certificate', 'organisation'] as const;
const isKind = (kind: string): kind is (typeof kinds)[number] =>
  kinds.some((known) => known === kind);

function useKindName(): (kind: string) => string {
  const say = useWords(words);
  return (kind) => (isKind(kind) ? say(`kind.${kind}`) : kind);
}

function Facets({ page, text, kind }: { page: Page; text: string; kind: string }) {
  const say = useWords(words);
  const name = useKindName();
  const href = (chosen: string) =>
    `/search?${new URLSearchParams(chosen === '' ? { q: text } : { q: text, kind: chosen })}`;
  const all = page.facets.reduce((sum, { count }) => sum + count, 0);
  return (
    <nav aria-label={say('kinds')} className="search-facets">
      <ul>
        {[{ kind: '', count: all }, ...page.facets].map((facet) => (
          <li key={facet.kind}>
            <To href={href(facet.kind)} aria-current={facet.kind === kind ? 'true' : undefined}>
              {facet.kind === '' ? say('all') : name(facet.kind)}
              <span className="figures">{facet.count}</span>
            </To>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function EntryList({ entries }: { entries: readonly Entry[] }) {
  const say = useWords(words);
  useFirstResultByArrow();
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: the keys move among its links
    <ol className="search-results" aria-label={say('results')} onKeyDown={moveAmongLinks}>
      {entries.map((entry) => (
        <EntryLine key={`${entry.kind} ${entry.id}`} entry={entry} />
      ))}
    </ol>
  );
}

function EntryLine({ entry }: { entry: Entry }) {
  const pick = usePick();
  const name = useKindName();
  const { kind, title, snippet, href, ownerId, updatedAt } = entry;
  return (
    <li>
      <To href={href} className="search-title">
        {pick(title)}
      </To>
      <p>
        {snippet.map(({ text, hit }, place) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never move
          hit ? <mark key={place}>{text}</mark> : <span key={place}>{text}</span>,
        )}
      </p>
      <p className="search-line">
        <span>{name(kind)}</span>
        {ownerId !== null && ownerId !== entry.id && <PartyName id={ownerId} />}
        <When at={updatedAt} />
      </p>
    </li>
  );
}

const titles = '.search-results .search-title';

/** Arrow down and up go from result to result, Home and End to the first and the last. */
function moveAmongLinks(event: KeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('.search-title')];
  const here = links.findIndex((link) => link === document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: links.length - 1 }[event.key];
  const target = to === undefined ? undefined : links[to];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}

/** From either search box, arrow down goes to the first result. */
function useFirstResultByArrow(): void {
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      const inBox = event.target instanceof HTMLInputElement && event.target.type === 'search';
      if (!inBox || event.key !== 'ArrowDown') return;
      event.preventDefault();
      document.querySelector<HTMLElement>(titles)?.focus();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
