import type { HomeView } from '#contract/scenarios';
import { usePick, useWords } from '#web/i18n.ts';
import { Note } from '#web/ui/note.tsx';
import { NumberTile } from '#web/ui/number-tile.tsx';
import { words } from './words.ts';

const names = {
  submissions: 'submissionsNumber',
  evaluated: 'evaluatedNumber',
  best: 'bestNumber',
  facts: 'factsNumber',
} as const;

const isNamed = (key: string): key is keyof typeof names => key in names;

/** The live numbers; each leads to why it is true. */
export function Numbers({ view }: { view: HomeView }) {
  const say = useWords(words);
  const pick = usePick();
  const now = new Date().toISOString();
  return (
    <section aria-label={say('numbers')} className="numbers">
      {view.numbers.map(({ key, value, unit, at, href }) => (
        <NumberTile
          key={key}
          label={isNamed(key) ? say(names[key]) : key}
          value={value ?? '–'}
          unit={pick(unit)}
          at={at ?? now}
          href={href}
          {...(view.simulated && key === 'best' && value !== null
            ? { note: <Note text={view.simulated} /> }
            : {})}
        />
      ))}
    </section>
  );
}
