import type { KeyboardEvent } from 'react';
import { useMetricName } from '#web/assurance/metric-name.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { useKindName } from './facets.tsx';
import { words } from './words.ts';

export type Found = Outputs['discovery']['search'];

const whyKeys = {
  title_equal: 'title_equal',
  title: 'inTitle',
  head: 'inHead',
  text: 'inText',
} as const;

/** What was found, the best first. The arrow keys go from one to the next. */
export function Results({ items }: { items: Found['items'] }) {
  const say = useWords(words);
  const pick = usePick();
  const kindName = useKindName();
  const metricName = useMetricName();
  return (
    <ol className="search-results" aria-label={say('found')} onKeyDown={moveBetweenLinks}>
      {items.map(({ kind, id, title, snippet, href, updatedAt, why, facets, measured }) => (
        <li key={`${kind} ${id}`}>
          <h2>
            <To href={href}>{pick(title)}</To>
          </h2>
          <p>
            {snippet.map(({ text, hit }, place) =>
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a snippet never move
              hit ? <mark key={place}>{text}</mark> : <span key={place}>{text}</span>,
            )}
          </p>
          <small>
            {kindName(kind)} ·{' '}
            {facets.includes('results=measured') && (
              <strong>
                {say('measured')}
                {measured !== null &&
                  ` ${metricName(measured.metric)} ${measured.score.toFixed(3)}`}
                {' · '}
              </strong>
            )}
            {facets.includes('results=claimed') && <>{say('claimed')} · </>}
            {why.title.length + why.summary.length + why.text.length > 0 && (
              <>{say(whyKeys[why.class])} · </>
            )}{' '}
            {say('updated')} <When at={updatedAt} />
          </small>
        </li>
      ))}
    </ol>
  );
}

function moveBetweenLinks(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const links = [...event.currentTarget.querySelectorAll('a')];
  const at = links.findIndex((link) => link.matches(':focus'));
  const next = links[at + step];
  if (step === 0 || at < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
