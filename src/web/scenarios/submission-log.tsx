import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { ErrorState, Loading } from '#web/ui/states.tsx';
import type { SubmissionView } from './views.ts';
import { words } from './words.ts';

type Phase = 'predict' | 'score';

/** What the program and the scorer printed on public data, read when asked for. */
export function SubmissionLog({ evaluation }: { evaluation: SubmissionView['hiddenEvaluation'] }) {
  const api = useApi();
  const say = useWords(words);
  const [phase, setPhase] = useState<Phase | null>(null);
  const { evaluationId } = evaluation;
  const query = useQuery(
    api.assurance.readLog.queryOptions({
      input: { evaluationId, phase: phase ?? 'predict' },
      enabled: phase !== null,
    }),
  );
  const choice = (key: Phase, label: string) => (
    <Button
      aria-pressed={phase === key}
      disabled={evaluation.state === 'running'}
      onClick={() => setPhase(phase === key ? null : key)}
    >
      {say('logOf', { phase: label })}
    </Button>
  );
  return (
    <Section title={say('log')}>
      <p className="quiet">{say('logWhy')}</p>
      <div className="row">
        {choice('predict', say('predict'))}
        {choice('score', say('scorePhase'))}
      </div>
      {phase !== null && query.isPending && <Loading />}
      {phase !== null && query.isError && <ErrorState problem={toProblem(query.error)} />}
      {phase !== null && query.data !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
        <pre className="log" tabIndex={0}>
          {query.data.text === '' ? say('logEmpty') : query.data.text}
          {query.data.truncated && `\n${say('logCut')}`}
        </pre>
      )}
    </Section>
  );
}
