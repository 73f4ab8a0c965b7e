import { useWords } from '#web/i18n.ts';
import { Button } from './button.tsx';
import { EmptyState } from './states.tsx';
import { words } from './words.ts';

/** For a list in which nothing fits the search and the filters. */
export function NothingFound({ onClear }: { onClear: () => void }) {
  const say = useWords(words);
  return (
    <EmptyState
      what={say('nothingFound')}
      why={say('nothingFoundWhy')}
      next={<Button onClick={onClear}>{say('clear')}</Button>}
    />
  );
}
