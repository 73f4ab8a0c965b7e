import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { roomHref, roomKeys } from '#web/rooms.ts';

const secondKeyMs = 1_500;

/**
 * `/` goes to the search box, `g` and a letter to a room. They do nothing while one types, with a
 * modifier, or over an open dialog.
 */
export function useShortcuts(): void {
  const router = useRouter();
  useEffect(() => {
    let pressedMs = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      const room = Object.entries(roomKeys).find(([, key]) => key === event.key)?.[0];
      if (event.key === '/') {
        event.preventDefault();
        const box = document.querySelector<HTMLInputElement>('#search');
        if (box?.checkVisibility()) box.select();
        else router.history.push('/search');
      } else if (event.timeStamp - pressedMs < secondKeyMs && isRoom(room)) {
        pressedMs = Number.NEGATIVE_INFINITY;
        router.history.push(roomHref(room));
      } else if (event.key === 'g') pressedMs = event.timeStamp;
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [router]);
}

const isRoom = (name: string | undefined): name is keyof typeof roomKeys =>
  name !== undefined && name in roomKeys;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input, textarea, select'));
