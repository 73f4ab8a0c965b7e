import { useWords } from '#web/i18n.ts';
import './state-tag.css';
import { words } from './words.ts';

export type State = 'draft' | 'waiting' | 'running' | 'done' | 'failed' | 'stopped' | 'expired';

/** One shape a state, so that it is told apart without its colour. */
const marks: Record<State, { d: string; filled: boolean }> = {
  draft: { d: 'M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z', filled: false },
  waiting: { d: 'M6 .8 11.2 6 6 11.2.8 6z', filled: false },
  running: { d: 'M3 1.2v9.6L10.8 6z', filled: true },
  done: { d: 'M1.2 6.4l3.2 3.2 6.4-7', filled: false },
  failed: { d: 'M2 2l8 8M10 2l-8 8', filled: false },
  stopped: { d: 'M1.8 1.8h8.4v8.4H1.8z', filled: true },
  expired: { d: 'M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM2.8 9.2l6.4-6.4', filled: false },
};

/** The mark of a state alone, where the word stands beside it anyway. */
export function StateMark({ state }: { state: State }) {
  const { d, filled } = marks[state];
  return (
    <svg className={`state-mark state-${state}`} viewBox="0 0 12 12" aria-hidden="true">
      <path d={d} data-filled={filled || undefined} />
    </svg>
  );
}

/**
 * A state as a word with its mark. `label` says it more exactly where the room has its own word.
 */
export function StateTag({ state, label }: { state: State; label?: string }) {
  const say = useWords(words);
  return (
    <span className={`state-tag state-${state}`}>
      <StateMark state={state} />
      <span className="state-word">{label ?? say(state)}</span>
    </span>
  );
}
