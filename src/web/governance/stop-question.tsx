import { useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import type { StopControlProps } from './stop-control.tsx';
import { stopQuestionWords } from './stop-question-words.ts';

type StopQuestionProps = StopControlProps & { open: boolean; onClose: () => void };

/** Asks for the reason, and says what will happen, before anything is stopped or released. */
export function StopQuestion({ target, name, stopped, open, onClose }: StopQuestionProps) {
  const api = useApi();
  const say = useWords(stopQuestionWords);
  const queries = useQueryClient();
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say(stopped ? 'releaseTitle' : 'stopTitle', { name })}
      verb={say(stopped ? 'release' : 'stop')}
      done={say(stopped ? 'released' : 'stopped')}
      danger={!stopped}
      reason={{
        label: say('reason'),
        help: say(stopped ? 'releaseReasonHelp' : 'stopReasonHelp'),
      }}
      send={async (reason) => {
        const operation = stopped ? api.governance.release : api.governance.stop;
        await operation.call({ target, reason });
        await queries.invalidateQueries({ queryKey: api.governance.key() });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
        await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
      }}
    >
      <p>{say(stopped ? 'releaseWhy' : 'stopWhy')}</p>
    </Ask>
  );
}
