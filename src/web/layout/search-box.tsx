import { useRouter } from '@tanstack/react-router';
import { useWords } from '#web/i18n.ts';
import { Icon } from '#web/ui/icon.tsx';
import { words } from './words.ts';

/** One box over everything. Enter opens the search page with what was typed. */
export function SearchBox() {
  const say = useWords(words);
  const router = useRouter();
  return (
    <search className="search-box">
      <form
        action="/search"
        onSubmit={(event) => {
          event.preventDefault();
          const text = String(new FormData(event.currentTarget).get('q') ?? '').trim();
          if (text !== '') router.history.push(`/search?${new URLSearchParams({ q: text })}`);
        }}
      >
        <Icon name="search" />
        <input
          id="search"
          name="q"
          type="search"
          autoComplete="off"
          placeholder={say('search')}
          aria-label={say('search')}
          aria-keyshortcuts="/"
        />
        <span className="search-key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}
