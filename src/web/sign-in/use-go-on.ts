import { useRouter } from '@tanstack/react-router';
import { useForgetOthers } from '#web/session/use-session.ts';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { whereNext } from './where-next.ts';

/**
 * Leaves the sign-in as whoever one is now: to the `to` of the address, or back to the page before,
 * or home. What was read as somebody else is forgotten first.
 */
export function useGoOn(): () => Promise<void> {
  const router = useRouter();
  const forget = useForgetOthers();
  const [to] = useQueryParameter('to');
  return async () => {
    await forget();
    const next = whereNext(to);
    if (next !== null) router.history.replace(next);
    else if (router.history.canGoBack()) router.history.back();
    else router.history.replace('/');
  };
}
