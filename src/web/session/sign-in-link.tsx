import { useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ButtonLink } from '#web/ui/button.tsx';

/** Leads to the page to sign in, and from there back to this one. */
export function SignInLink({ kind, children }: { kind?: 'main' | 'plain'; children: ReactNode }) {
  const here = useRouterState({ select: ({ location }) => location.href });
  return (
    <ButtonLink
      {...(kind === undefined ? {} : { kind })}
      href={`/sign-in?to=${encodeURIComponent(here)}`}
    >
      {children}
    </ButtonLink>
  );
}
