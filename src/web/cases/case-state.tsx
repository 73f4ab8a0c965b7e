import { useWords } from '#web/i18n.ts';
import { type State, StateTag } from '#web/ui/state-tag.tsx';
import type { CaseRow } from './views.ts';
import { words } from './words.ts';

const marks: Record<NonNullable<CaseRow['outcome']>, State> = {
  approved: 'done',
  returned: 'expired',
  rejected: 'failed',
  withdrawn: 'stopped',
};

type Standing = Pick<CaseRow, 'state' | 'outcome' | 'mine'>;

/** A case by its outcome, or as open: *waiting* where the reader is to decide. */
export function CaseState({ state, outcome, mine }: Standing) {
  const say = useWords(words);
  if (state === 'open')
    return <StateTag state={mine ? 'waiting' : 'running'} label={say('open')} />;
  if (outcome === null) return <StateTag state="done" label={say('closed')} />;
  return <StateTag state={marks[outcome]} label={say(outcome)} />;
}
