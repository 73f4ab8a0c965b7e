import { useWords } from '#web/i18n.ts';
import { StateTag } from '#web/ui/state-tag.tsx';
import { type ApprovalRow, approvalMarks, approvalState } from './views.ts';
import { words } from './words.ts';

export const stateWords = {
  requested: 'stateRequested',
  approved: 'stateApproved',
  refused: 'stateRefused',
  withdrawn: 'stateWithdrawn',
  expired: 'stateExpired',
} as const;

export function ApprovalState({ approval }: { approval: ApprovalRow }) {
  const say = useWords(words);
  const state = approvalState(approval, Date.now());
  return <StateTag state={approvalMarks[state]} label={say(stateWords[state])} />;
}
