import { useEffect, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { LongWork } from '#web/ui/long-work.tsx';
import { playgroundWords } from './playground-words.ts';
import type { TriedTask } from './served-tasks.ts';
import type { Asking } from './use-asking.ts';

const QUIET_MS = 1_000;

type AskProgressProps = {
  running: NonNullable<Asking['running']>;
  process: TriedTask['process'];
  onCancel: () => void;
};

/** That a call is under way; from a second on what is being waited for, and the way to end it. */
export function AskProgress({ running, process, onCancel }: AskProgressProps) {
  const say = useWords(playgroundWords);
  const { since, wasAwake, done, of } = running;
  const [long, setLong] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new call is quiet at first
  useEffect(() => {
    setLong(false);
    const timer = setTimeout(() => setLong(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [since]);
  const counted = of > 1 ? say('answerOf', { done: done + 1, of }) : null;
  if (!long) {
    return (
      <p className="play-quiet" role="status">
        {counted ?? say('asking')}
      </p>
    );
  }
  const wakes = !wasAwake && process !== 'awake';
  return (
    <LongWork
      title={say('working')}
      onCancel={onCancel}
      meanwhile={say('meanwhile')}
      steps={[
        ...(wasAwake
          ? []
          : [
              {
                ...{ key: 'wake', label: say('wake'), startedAt: since },
                state: wakes ? ('running' as const) : ('done' as const),
              },
            ]),
        {
          ...{ key: 'answer', label: say('answerStep') },
          state: wakes ? ('waiting' as const) : ('running' as const),
          ...(wakes ? {} : { startedAt: since }),
          ...(counted === null ? {} : { note: counted }),
        },
      ]}
    />
  );
}
