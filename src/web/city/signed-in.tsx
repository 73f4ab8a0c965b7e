import type { ReactNode } from 'react';
import { useWords } from '#web/i18n.ts';
import { SignedIn } from '#web/session/signed-in.tsx';
import { words } from './words.ts';

/** Incidents, rules and commands: shown to whoever is signed in, as far as they may see them. */
export function CitySignedIn({ children }: { children: ReactNode }) {
  const say = useWords(words);
  return <SignedIn why={say('signInWhy')}>{children}</SignedIn>;
}
