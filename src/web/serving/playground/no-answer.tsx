import { useWords } from '#web/i18n.ts';
import type { Problem } from '#web/problem.ts';
import { Button } from '#web/ui/button.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import { playgroundWords } from './playground-words.ts';

/** Why there is no answer, and what to do next. */
export function NoAnswer({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  const say = useWords(playgroundWords);
  const { category } = problem;
  const next =
    category === 'invalid'
      ? say('nextInvalid')
      : category === 'unauthenticated'
        ? say('nextSignIn')
        : category === 'limited' || category === 'unavailable'
          ? say('nextLater')
          : say('nextOwner');
  return (
    <div className="play-problem">
      <h3>{say('failed')}</h3>
      <FormProblem problem={problem} />
      <p>{say('failedKept')}</p>
      <p>{next}</p>
      <div>
        <Button onClick={onAgain}>{say('run')}</Button>
      </div>
    </div>
  );
}
