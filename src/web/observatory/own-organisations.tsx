import type { ReactNode } from 'react';
import { useWords } from '#web/i18n.ts';
import type { Account } from '#web/session/session-of.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { entryWords } from './entry-words.ts';

type Organisations = readonly [Account['organisations'][number], ...Account['organisations']];

/** Shows what needs an organisation to act for; to others, what they could do about it. */
export function OwnOrganisations(props: {
  /** The page's head, for whoever has none. */
  head: ReactNode;
  children: (organisations: Organisations) => ReactNode;
}) {
  const say = useWords(entryWords);
  const { account, known } = useSession();
  const [first, ...rest] = account?.organisations ?? [];
  if (!known) return <Loading />;
  if (first !== undefined) return props.children([first, ...rest]);
  return (
    <>
      {props.head}
      <EmptyState
        what={say('noOrganisation')}
        why={say('noOrganisationWhy')}
        next={account === null ? <SignInLink kind="main">{say('signIn')}</SignInLink> : undefined}
      />
    </>
  );
}
