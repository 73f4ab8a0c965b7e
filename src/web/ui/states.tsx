import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useLanguage, useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { Button } from './button.tsx';
import { CopyText } from './copy-text.tsx';
import { Icon } from './icon.tsx';
import { problemWords } from './problem-words.ts';
import './states.css';
import { words } from './words.ts';

/** What will be here, why it is empty, the one next step. */
export function EmptyState({ what, why, next }: { what: string; why: string; next?: ReactNode }) {
  return (
    <div className="state-page">
      <h2>{what}</h2>
      <p>{why}</p>
      {next}
    </div>
  );
}

type ErrorStateProps = {
  problem: Problem;
  /** What was kept; by default, that nothing was changed. */
  kept?: string;
  retry?: () => void;
};

/** What happened, what was kept, what to do, a code to quote. */
export function ErrorState({ problem, kept, retry }: ErrorStateProps) {
  const say = useWords(words);
  const message = useProblemSentence(problem);
  if (problem.category === 'denied' || problem.category === 'unauthenticated') {
    return <NoPermission problem={problem} />;
  }
  const requestId = problem.data.requestId;
  const quote = typeof requestId === 'string' ? `${problem.code} ${requestId}` : problem.code;
  return (
    <div className="state-page state-page-bad" role="alert">
      <h2>
        <Icon name="alert" />
        {problem.category === 'missing' ? say('missing') : say(retry ? 'errorRead' : 'errorHead')}
      </h2>
      <p>{message}</p>
      <p>{kept ?? say('keptNothing')}</p>
      <div className="state-actions">
        {retry !== undefined && problem.category !== 'missing' && (
          <Button onClick={retry}>{say('retry')}</Button>
        )}
        <span className="state-code">
          {say('code')} <code>{quote}</code>
          <CopyText text={quote} />
        </span>
      </div>
    </div>
  );
}

/** In a form or a question: what stood in the way of sending it, in a line. What was filled in stays. */
export function FormProblem({ problem }: { problem: Problem }) {
  const message = useProblemSentence(problem);
  return (
    <p className="form-problem" role="alert">
      <Icon name="alert" />
      <span>
        {message} <code>{problem.code}</code>
      </span>
    </p>
  );
}

/** As whom one is here, and who could give the permission. */
export function NoPermission({ problem, account }: { problem: Problem; account?: string }) {
  const say = useWords(words);
  const message = useProblemSentence(problem);
  const stranger = problem.category === 'unauthenticated';
  const owner = problem.data.owner;
  return (
    <div className="state-page">
      <h2>
        <Icon name="person" />
        {say(stranger ? 'notSignedIn' : 'noPermission')}
      </h2>
      <p>{message}</p>
      {account !== undefined && <p>{say('asWhom', { name: account })}</p>}
      {typeof owner === 'string' && <p>{say('askOwner', { name: owner })}</p>}
      <div className="state-actions">
        {stranger && <SignInLink kind="main">{say('signIn')}</SignInLink>}
        <span className="state-code">
          {say('code')} <code>{problem.code}</code>
        </span>
      </div>
    </div>
  );
}

/** The sentence of a problem in the reader's language; the server's own where no other is known. */
export function useProblemSentence(problem: Problem): string {
  const language = useLanguage();
  const known = problemWords[problem.code];
  const ofModules = useModuleProblems(language === 'zh' && known === undefined);
  const portalsOwn = problem.code.startsWith('portal.');
  const text = language === 'zh' ? (known?.[0] ?? ofModules[problem.code]) : known?.[1];
  if (text === undefined || (language === 'en' && !portalsOwn)) return problem.message;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in problem.data ? String(problem.data[name]) : whole,
  );
}

/** The sentences of the modules are fetched with the first problem that needs one. */
function useModuleProblems(wanted: boolean): Readonly<Record<string, string>> {
  const [sentences, setSentences] = useState<Readonly<Record<string, string>>>({});
  useEffect(() => {
    if (!wanted) return;
    let here = true;
    void import('./module-problems.ts').then(({ moduleProblems }) => {
      if (here) setSentences(moduleProblems);
    });
    return () => {
      here = false;
    };
  }, [wanted]);
  return sentences;
}

/** Lines in the place of what is being read. They show only after a moment. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const say = useWords(words);
  return (
    <div className="loading" role="status">
      <span className="unseen">{say('loading')}</span>
      {Array.from({ length: lines }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <div key={place} className="loading-line" />
      ))}
    </div>
  );
}

/** Shows a query: what was read, or that it is being read, or why it was not. */
export function Loaded<Data>({
  query,
  lines,
  children,
}: {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'isPending' | 'refetch'>;
  lines?: number;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Loading {...(lines === undefined ? {} : { lines })} />;
  return <ErrorState problem={toProblem(query.error)} retry={() => void query.refetch()} />;
}
