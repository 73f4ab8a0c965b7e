import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { type Session, sessionOf, stranger } from './session-of.ts';

/** Who is here. A stranger until the platform has answered. */
export function useSession(): Session {
  const api = useApi();
  const staleTime = Number.POSITIVE_INFINITY;
  const { data: me } = useQuery(api.parties.me.queryOptions({ input: {}, staleTime }));
  const { data: personas } = useQuery(
    api.parties.listPersonas.queryOptions({ input: {}, staleTime }),
  );
  return me === undefined ? stranger : sessionOf(me, personas?.items ?? []);
}

/**
 * Enters and leaves. What was read as somebody else is forgotten at once, and what is on the screen
 * is read again.
 */
export function useEnter() {
  const api = useApi();
  const forget = useForgetOthers();
  const [busy, setBusy] = useState(false);
  const change = async (call: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await call();
      await forget();
    } finally {
      setBusy(false);
    }
  };
  return {
    enterAs: (persona: string) => change(() => api.auth.enterAs.call({ persona })),
    leave: () => change(() => api.auth.signOut.call({})),
    busy,
  };
}

/** Gives what is to be called once somebody else is signed in. */
export function useForgetOthers(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    queries.removeQueries({ type: 'inactive' });
    await queries.resetQueries({ predicate: ({ state }) => state.status === 'error' });
    await queries.invalidateQueries();
  };
}
