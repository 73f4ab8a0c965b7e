import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useLive } from '#web/live.ts';

/** How much waits for the reader: cases that they are to decide. */
export function useWaiting(signedIn: boolean): number {
  const api = useApi();
  const { data: cases } = useQuery(
    api.cases.listCases.queryOptions({
      input: { scope: 'decide', state: 'open', limit: 1 },
      enabled: signedIn,
    }),
  );
  useLive(signedIn ? 'cases.case' : undefined, api.cases.listCases.key());
  return signedIn ? (cases?.total ?? 0) : 0;
}
