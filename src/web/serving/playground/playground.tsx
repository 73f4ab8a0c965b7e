import { lazy, Suspense, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { askPicture } from './ask-picture.ts';
import { AskProgress } from './ask-progress.tsx';
import { askSound } from './ask-sound.ts';
import { askTable, askTexts } from './ask-text.ts';
import type { Made, NotSent, Source } from './asked.ts';
import { NoAnswer } from './no-answer.tsx';
import './playground.css';
import { playgroundWords } from './playground-words.ts';
import { Samples } from './samples.tsx';
import { inputKinds, type TriedTask } from './served-tasks.ts';
import { TaskInput } from './task-input.tsx';
import { useAsking } from './use-asking.ts';

/** Drawings come with the first thing to draw, code where it is shown. */
const TaskResult = lazy(async () => ({
  default: (await import('./task-result.tsx')).TaskResult,
}));
const TaskCalls = lazy(async () => ({ default: (await import('./task-calls.tsx')).TaskCalls }));

type PlaygroundProps = {
  tried: TriedTask;
  /** On a page about something else: without the code of the call, but with the way to it. */
  compact?: string;
};

/** An algorithm to be tried in the browser: what one gives it, what it answers, how long it took, and the same call as code. */
export function Playground({ tried, compact }: PlaygroundProps) {
  const say = useWords(playgroundWords);
  const [text, setText] = useState('');
  const [notSent, setNotSent] = useState<NotSent | null>(null);
  const asking = useAsking(tried);
  const { task, name } = tried;
  const { asked, answered, problem, running } = asking;

  const send = (made: Made) => {
    setNotSent('notSent' in made ? made.notSent : null);
    if ('asked' in made) asking.ask(made.asked);
  };
  const take = async (file: File, source: Source) => {
    switch (inputKinds[task]) {
      case 'image':
        return send(await askPicture(file, source));
      case 'audio':
        return send(await askSound(file, source));
      case 'texts':
      case 'table': {
        const written = await file.text();
        setText(written);
        const isTable = inputKinds[task] === 'table';
        return send(isTable ? askTable(written, file.name, source) : askTexts(task, written));
      }
    }
  };
  const run = () =>
    send(
      inputKinds[task] === 'table'
        ? askTable(text, 'table.csv', { kind: 'made' })
        : askTexts(task, text),
    );
  return (
    <>
      <Section
        title={compact === undefined ? say('tryIt') : say('tryName', { name })}
        {...(compact === undefined ? {} : { action: <To href={compact}>{say('openTrial')}</To> })}
      >
        <div className="play">
          <p className="play-quiet">{say('notKept')}</p>
          <TaskInput
            {...{ task, text }}
            onText={setText}
            onRun={run}
            onFile={(file) => void take(file, { kind: 'own' })}
          />
          {notSent !== null && (
            <p className="play-problem" role="alert">
              {say(notSent)}
            </p>
          )}
          <Samples tried={tried} onSample={(file, source) => void take(file, source)} />
          {running !== null && (
            <AskProgress running={running} process={tried.process} onCancel={asking.cancel} />
          )}
          {problem !== null && <NoAnswer problem={problem} onAgain={() => asking.repeat(1)} />}
          {asked !== null && (
            <Suspense fallback={<Loading />}>
              <TaskResult
                {...{ asked, answered }}
                times={asking.times}
                busy={running !== null}
                onRepeat={asking.repeat}
              />
            </Suspense>
          )}
        </div>
      </Section>
      {compact === undefined && (
        <Suspense fallback={<Loading />}>
          <TaskCalls tried={tried} asked={asked} />
        </Suspense>
      )}
    </>
  );
}
