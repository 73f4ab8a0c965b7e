import { useWords } from '#web/i18n.ts';
import { useWaiting } from '#web/inbox/use-waiting.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { words } from './words.ts';

/** What whoever is here can do next, by their organisations and roles; nothing for a stranger. */
export function NextForYou({ openCallId }: { openCallId: string | null }) {
  const say = useWords(words);
  const { account } = useSession();
  const waiting = useWaiting().cases;
  if (account === null) return null;
  const works = account.organisations.length > 0;
  const audits = account.roles.includes('auditor');
  return (
    <section aria-labelledby="next-for-you" className="next-for-you">
      <h2 id="next-for-you">{say('nextForYou')}</h2>
      <div>
        {waiting > 0 && (
          <ButtonLink kind="main" icon="inbox" href="/cases?scope=decide">
            {say('decideWaiting', { count: waiting })}
          </ButtonLink>
        )}
        {works && openCallId !== null && (
          <ButtonLink icon="scenarios" href="/scenarios/calls?state=open">
            {say('answerCall')}
          </ButtonLink>
        )}
        {works && (
          <ButtonLink icon="plus" href="/scenarios/new">
            {say('describeScenario')}
          </ButtonLink>
        )}
        {audits && (
          <ButtonLink icon="verify" href="/verify">
            {say('verifyDo')}
          </ButtonLink>
        )}
        <ButtonLink icon="cases" href="/cases">
          {say('seeCases')}
        </ButtonLink>
      </div>
    </section>
  );
}
