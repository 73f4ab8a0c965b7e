import { usePartyNames } from '#web/parties/party-name.tsx';
import { useSession } from '#web/session/use-session.ts';
import type { CaseView } from './views.ts';

/** The names of those who act in a case: as the case gives them, the reader's own, the platform's. */
export function useNames(found: CaseView): (id: string) => string {
  const { account } = useSession();
  const platform = usePartyNames([]);
  return (id) => found.names[id] ?? (id === account?.id ? account.name : platform(id));
}
