import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';

export type Me = Outputs['parties']['me'];

/** Who is signed in, with memberships and roles; null for a stranger or while it is not known. */
export function useMe(): Me | null {
  const api = useApi();
  const { data } = useQuery(
    api.parties.me.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY }),
  );
  return data === undefined || data.kind === 'stranger' ? null : data;
}
