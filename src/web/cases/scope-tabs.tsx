import { useWords } from '#web/i18n.ts';
import { useWaiting } from '#web/inbox/use-waiting.ts';
import '#web/ui/page-tabs.css';
import { To } from '#web/ui/to.tsx';
import { words } from './words.ts';

export const scopes = ['decide', 'mine', 'all'] as const;
export type Scope = (typeof scopes)[number];

/** Whose cases are listed, and the working calendar beside them. */
export function ScopeTabs({ scope }: { scope: Scope | 'calendar' }) {
  const say = useWords(words);
  const { cases } = useWaiting();
  return (
    <nav className="page-tabs" aria-label={say('parts')}>
      <ul>
        {scopes.map((one) => (
          <li key={one}>
            <To href={`/cases?scope=${one}`} aria-current={one === scope ? 'page' : undefined}>
              {say(one)}
              {one === 'decide' && cases > 0 && (
                <span className="figures page-tabs-count">{cases}</span>
              )}
            </To>
          </li>
        ))}
        <li>
          <To href="/cases/calendar" aria-current={scope === 'calendar' ? 'page' : undefined}>
            {say('calendar')}
          </To>
        </li>
      </ul>
    </nav>
  );
}
