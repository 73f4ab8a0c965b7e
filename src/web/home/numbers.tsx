import { usePick, useWords } from '#web/i18n.ts';
import { Note } from '#web/ui/note.tsx';
import { NumberTile } from '#web/ui/number-tile.tsx';
import type { HomeView } from './home-view.ts';
import { words } from './words.ts';

const names = {
  submissions: 'submissionsNumber',
  jobs: 'jobsNumber',
  score: 'scoreNumber',
  facts: 'factsNumber',
  certificates: 'certificatesNumber',
} as const;

const isNamed = (key: string): key is keyof typeof names => key in names;

/** The live numbers; each leads to why it is true. */
export function Numbers({ view }: { view: HomeView }) {
  const say = useWords(words);
  const pick = usePick();
  return (
    <section aria-label={say('numbers')} className="numbers">
      {view.numbers.map(({ key, value, unit, at, href }) => (
        <NumberTile
          key={key}
          label={isNamed(key) ? say(names[key]) : key}
          value={value}
          unit={pick(unit)}
          at={at}
          href={href}
          {...(view.simulated && key === 'score' ? { note: <Note kind="injected" /> } : {})}
        />
      ))}
    </section>
  );
}
