import { Fragment, type ReactNode } from 'react';
import { useWords } from '#web/i18n.ts';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { SignInLink } from './sign-in-link.tsx';
import { useSession } from './use-session.ts';
import { words } from './words.ts';

/** Shows what only those see who are signed in; to a stranger, why not and the way there. */
export function SignedIn({ why, children }: { why: string; children: ReactNode }) {
  const say = useWords(words);
  const { account, known } = useSession();
  if (!known) return <Loading lines={8} />;
  // Of one account nothing is left to the next.
  if (account !== null) return <Fragment key={account.id}>{children}</Fragment>;
  return (
    <EmptyState
      what={say('signInFirst')}
      why={why}
      next={<SignInLink kind="main">{say('signInFirst')}</SignInLink>}
    />
  );
}
