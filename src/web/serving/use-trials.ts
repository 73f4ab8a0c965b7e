import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { endpointListWords } from './endpoint-list-words.ts';
import type { Trial } from './trial-view.tsx';

const read = 100;

/** The latest trials of a repository, and what each is called in a line. */
export function useTrials(repositoryId: string): {
  open: readonly Trial[];
  named: (trialId: string) => string;
} {
  const api = useApi();
  const say = useWords(endpointListWords);
  const { data } = useQuery(
    api.serving.listTrials.queryOptions({ input: { repositoryId, limit: read } }),
  );
  const trials = data?.items ?? [];
  const names = new Map(
    trials.map(({ trialId, name, revisionNumber: number }) => {
      return [trialId, say('trialNamed', { name, number })];
    }),
  );
  return {
    open: trials.filter(({ state }) => state === 'open'),
    named: (trialId) => names.get(trialId) ?? trialId,
  };
}
