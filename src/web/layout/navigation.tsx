import { useRouterState } from '@tanstack/react-router';
import { useWords } from '#web/i18n.ts';
import { roomGroups, roomHref, roomOfPath } from '#web/rooms.ts';
import { Icon } from '#web/ui/icon.tsx';
import { To } from '#web/ui/to.tsx';
import './navigation.css';
import { words } from './words.ts';

/** The rooms in their groups; the one that is open is marked. */
export function Navigation({ onChosen }: { onChosen?: () => void }) {
  const say = useWords(words);
  const here = roomOfPath(useRouterState({ select: ({ location }) => location.pathname }));
  return (
    <nav className="navigation" aria-label={say('navigation')}>
      {roomGroups.map(({ key, rooms }) => (
        <div key={key} className="navigation-group">
          {key !== 'start' && <p>{say(key)}</p>}
          <ul>
            {rooms.map((room) => {
              return (
                <li key={room}>
                  <To
                    href={roomHref(room)}
                    aria-current={here === room ? 'page' : undefined}
                    {...(onChosen === undefined ? {} : { onClick: onChosen })}
                  >
                    <Icon name={room} />
                    {say(room)}
                  </To>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}
