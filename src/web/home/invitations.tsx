import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { words } from './words.ts';

/**
 * Three things that anybody can do here within a minute. Without a call there is nothing to compete
 * in yet.
 */
export function Invitations({ callId }: { callId: string | null }) {
  const say = useWords(words);
  const invitations = [
    ...(callId === null
      ? []
      : [{ key: 'compete' as const, href: `/scenarios/calls/${callId}/compete` }]),
    { key: 'tamper' as const, href: '/verify?try=tamper' },
    { key: 'verify' as const, href: '/verify' },
  ];
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
