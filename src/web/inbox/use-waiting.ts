import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useLive } from '#web/live.ts';
import { useSession } from '#web/session/use-session.ts';

/** How much waits for whoever is here: cases to decide, and notices that were not read. */
export function useWaiting(): { cases: number; notices: number } {
  const api = useApi();
  const { account } = useSession();
  const enabled = account !== null;
  const { data: cases } = useQuery(
    api.cases.listCases.queryOptions({
      input: { scope: 'decide', state: 'open', limit: 1 },
      enabled,
    }),
  );
  const { data: notices } = useQuery(api.notices.countUnread.queryOptions({ input: {}, enabled }));
  useLive(enabled ? 'cases.case' : undefined, api.cases.listCases.key());
  useLive(enabled ? `notices.inbox/${account.id}` : undefined, api.notices.key());
  return enabled
    ? { cases: cases?.total ?? 0, notices: notices?.unread ?? 0 }
    : { cases: 0, notices: 0 };
}
