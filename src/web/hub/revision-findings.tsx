import { useWords } from '#web/i18n.ts';
import './inspection.css';
import { revisionFindingsWords } from './revision-findings-words.ts';
import type { RevisionDetail } from './shown-revision.tsx';

/** What the inspection of all files of a revision came to; nothing where there is nothing to say. */
export function RevisionFindings({ revision }: { revision: RevisionDetail }) {
  const say = useWords(revisionFindingsWords);
  const { state, dangerCount, warningCount, failedCount, waitingCount } = revision.findings;
  const parts = [
    dangerCount > 0 && say('revisionDanger', { count: dangerCount }),
    warningCount > 0 && say('revisionWarning', { count: warningCount }),
    failedCount > 0 && say('revisionFailed', { count: failedCount }),
    waitingCount > 0 && say('revisionWaiting', { count: waitingCount }),
  ].filter((part) => part !== false);
  if (parts.length === 0) return null;
  return (
    <p className={`inspection-note inspection-note-${state}`} role="status">
      {parts.join(' ')}
    </p>
  );
}
