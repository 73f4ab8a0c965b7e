import { formatInstant } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { LongWork, type WorkStep } from '#web/ui/long-work.tsx';
import type { State } from '#web/ui/state-tag.tsx';
import type { SubmissionView } from './views.ts';
import { words } from './words.ts';

type Evaluation = SubmissionView['hiddenEvaluation'];

const states: Record<Evaluation['state'], State> = {
  running: 'running',
  done: 'done',
  failed: 'failed',
};

/** Seconds that an evaluation usually takes on one machine; its limits stand with the call. */
const expectedSeconds = 8;

/** The way of a submission, step by step with the time that each took. */
export function SubmissionProgress({ submission }: { submission: SubmissionView }) {
  const say = useWords(words);
  return (
    <LongWork
      title={say('steps')}
      steps={progressOf(submission, {
        received: say('stepReceived'),
        public: say('stepPublic'),
        hidden: say('stepHidden'),
        scored: say('stepScored'),
      })}
      meanwhile={say('meanwhileSubmission')}
    />
  );
}

type Labels = { received: string; public: string; hidden: string; scored: string };

/** The two evaluations run beside each other; what the reader may not see is left out. Pure. */
export function progressOf(submission: SubmissionView, labels: Labels): WorkStep[] {
  const { receivedAt, publicEvaluation, hiddenEvaluation, state } = submission;
  const step = (key: string, label: string, evaluation: Evaluation): WorkStep => ({
    key,
    label,
    state: states[evaluation.state],
    startedAt: receivedAt,
    ...(evaluation.finishedAt === null
      ? { expectedSeconds }
      : { endedAt: later(receivedAt, evaluation.finishedAt) }),
  });
  const ended: State = state === 'scored' ? 'done' : state === 'failed' ? 'stopped' : 'draft';
  return [
    {
      key: 'received',
      label: labels.received,
      state: 'done',
      note: formatInstant(receivedAt),
    },
    ...(publicEvaluation === null ? [] : [step('public', labels.public, publicEvaluation)]),
    step('hidden', labels.hidden, hiddenEvaluation),
    { key: 'scored', label: labels.scored, state: ended },
  ];
}

/** On hidden data the end is given to the minute, and may then lie before the beginning. */
function later(start: string, end: string): string {
  return Date.parse(end) < Date.parse(start) ? start : end;
}
