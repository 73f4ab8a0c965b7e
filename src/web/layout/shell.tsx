import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { useLiveState } from '#web/live.ts';
import { useSession } from '#web/session/use-session.ts';
import { Announcer } from '#web/ui/announce.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { Navigation } from './navigation.tsx';
import { PlatformNote } from './platform-note.tsx';
import './shell.css';
import { TopBar } from './top-bar.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { words } from './words.ts';

/** The frame around every page: top bar, navigation, and the page as the one `main`. */
export function Shell() {
  const say = useWords(words);
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  useShortcuts();
  useFocusOnNewPage(main);
  useChangedPassword();
  return (
    <Announcer>
      <a className="skip" href="#main">
        {say('skip')}
      </a>
      <TopBar onOpenNavigation={() => setOpen(true)} />
      <Connection />
      <div className="shell">
        <div className="shell-navigation">
          <Navigation />
        </div>
        <main id="main" ref={main} tabIndex={-1}>
          <Outlet />
        </main>
        <PlatformNote />
      </div>
      <Sheet open={open} onClose={() => setOpen(false)} title={say('brand')} from="low">
        <Navigation onChosen={() => setOpen(false)} />
      </Sheet>
    </Announcer>
  );
}

function Connection() {
  const say = useWords(words);
  const state = useLiveState();
  return <div role="status">{state === 'lost' && <p className="connection">{say('lost')}</p>}</div>;
}

/** A screen reader reads on from the new page's name, as it would after a full load. */
function useFocusOnNewPage(main: { current: HTMLElement | null }): void {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const last = useRef<string>(undefined);
  useEffect(() => {
    if (last.current !== undefined && path !== last.current) {
      const heading = main.current?.querySelector('h1');
      (heading ?? main.current)?.focus({ preventScroll: true });
    }
    last.current = path;
  }, [path, main]);
}

/** Whoever came with a one-time password chooses one of their own before anything else. */
function useChangedPassword(): void {
  const router = useRouter();
  const { account } = useSession();
  const path = useRouterState({ select: ({ location }) => location.href });
  const must = account?.mustChangePassword === true && !path.startsWith('/sign-in');
  useEffect(() => {
    if (must) router.history.replace(`/sign-in?to=${encodeURIComponent(path)}`);
  }, [must, path, router]);
}
