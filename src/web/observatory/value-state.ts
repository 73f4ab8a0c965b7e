import type { Outputs } from '#web/contracts.ts';
import type { State } from '#web/ui/state-tag.tsx';

export type Value = Outputs['observatory']['listValues']['items'][number];

export const valueStates = ['draft', 'reviewed', 'returned', 'published'] as const;

/** The mark of an entered value; a vintage that another one replaced is struck. Pure. */
export function valueMark({ state, newest }: Pick<Value, 'state' | 'newest'>): State {
  if (state === 'published') return newest ? 'done' : 'expired';
  return state === 'returned' ? 'failed' : 'waiting';
}

/** The key of its word. Pure. */
export function valueWord({ state, newest }: Pick<Value, 'state' | 'newest'>) {
  return state === 'published' && !newest ? 'replaced' : state;
}
