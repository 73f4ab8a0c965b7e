import type { ReactNode } from 'react';
import { useWords } from '#web/i18n.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { words } from './words.ts';

/** Shows what only those see who are signed in; to a stranger, the way there. */
export function SignedIn({ children }: { children: ReactNode }) {
  const say = useWords(words);
  const { account, known } = useSession();
  if (!known) return <Loading lines={8} />;
  if (account !== null) return children;
  return (
    <EmptyState
      what={say('signInFirst')}
      why={say('signInWhy')}
      next={<SignInLink kind="main">{say('signInFirst')}</SignInLink>}
    />
  );
}
