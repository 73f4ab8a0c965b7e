import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Category } from '#kernel/errors.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { PageHead } from './page-head.tsx';
import { ErrorState, Loading } from './states.tsx';
import { words } from './words.ts';

type LoadedPageProps<Data> = {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'isPending' | 'refetch'>;
  children: (data: Data) => ReactNode;
};

const names: Partial<Record<Category, 'noPermission' | 'notSignedIn'>> = {
  denied: 'noPermission',
  unauthenticated: 'notSignedIn',
};

/**
 * A page that is nothing without what it reads: it has a name of its own while that is missing, so
 * that a reader knows where the page begins.
 */
export function LoadedPage<Data>({ query, children }: LoadedPageProps<Data>) {
  const say = useWords(words);
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Loading lines={8} />;
  const problem = toProblem(query.error);
  // An identifier in the address that is none leads nowhere, like one that nothing has.
  const nowhere = problem.category === 'missing' || problem.category === 'invalid';
  return (
    <>
      <PageHead name={say(nowhere ? 'missing' : (names[problem.category] ?? 'errorRead'))} />
      <ErrorState
        problem={nowhere ? { ...problem, category: 'missing' } : problem}
        retry={() => void query.refetch()}
      />
    </>
  );
}
