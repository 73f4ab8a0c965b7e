import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Role, SessionView } from './session-view.ts';

const stranger: SessionView = { account: null, roles: [] };

/** Who is here. A stranger until the platform has answered. */
export function useSession(): SessionView {
  const api = useApi();
  return (
    useQuery(api.shell.session.queryOptions({ staleTime: Number.POSITIVE_INFINITY })).data ??
    stranger
  );
}

/** Enters as a role, or leaves. What was read as somebody else is forgotten at once. */
export function useEnter() {
  const api = useApi();
  const queries = useQueryClient();
  const take = (session: SessionView) => {
    const sessionKey = api.shell.session.queryKey();
    queries.removeQueries({
      predicate: ({ queryKey, isActive }) => !isActive && queryKey !== sessionKey,
    });
    queries.setQueryData(sessionKey, session);
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  };
  const enter = useMutation(api.shell.enterAs.mutationOptions({ onSuccess: take }));
  const leave = useMutation(api.shell.leave.mutationOptions({ onSuccess: take }));
  return {
    enterAs: (role: Role) => enter.mutateAsync({ role }),
    leave: () => leave.mutateAsync(undefined),
    busy: enter.isPending || leave.isPending,
  };
}
