import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { words } from './words.ts';

const invitations = [
  { key: 'compete', href: '/compete' },
  { key: 'tamper', href: '/verify?try=tamper' },
  { key: 'verify', href: '/verify' },
] as const;

/** Three things that anybody can do here within a minute. */
export function Invitations() {
  const say = useWords(words);
  return (
    <section aria-labelledby="try-it" className="invitations">
      <h2 id="try-it">{say('tryIt')}</h2>
      <ul>
        {invitations.map(({ key, href }) => (
          <li key={key} className="section invitation">
            <h3>{say(key)}</h3>
            <p>{say(`${key}Why`)}</p>
            <ButtonLink href={href} kind={key === 'compete' ? 'main' : 'plain'}>
              {say(`${key}Do`)}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </section>
  );
}
