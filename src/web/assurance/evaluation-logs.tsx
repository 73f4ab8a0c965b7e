import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { LogText } from '#web/jobs/job-logs.tsx';
import { toProblem } from '#web/problem.ts';
import { Section } from '#web/ui/page-body.tsx';
import { Loaded } from '#web/ui/states.tsx';
import type { Evaluation } from './evaluation-state.ts';
import { words } from './words.ts';

/** What program and scorer printed, where the reader may see it. */
export function EvaluationLogs({ evaluation }: { evaluation: Evaluation }) {
  if (!evaluation.actions.includes('read_log')) return null;
  // On hidden data the platform gives the log of the scorer alone, and that to its owner.
  const open = evaluation.datasetKind === 'public';
  return (
    <>
      {open && <PhaseLog evaluation={evaluation} phase="predict" />}
      <PhaseLog evaluation={evaluation} phase="score" />
    </>
  );
}

function PhaseLog({ evaluation, phase }: { evaluation: Evaluation; phase: 'predict' | 'score' }) {
  const api = useApi();
  const say = useWords(words);
  const { evaluationId } = evaluation;
  const query = useQuery(
    api.assurance.readLog.queryOptions({ input: { evaluationId, phase }, retry: false }),
  );
  const code = query.error === null ? '' : toProblem(query.error).code;
  // One of the two may be withheld or never have been; what can be read is shown.
  if (code === 'assurance.log_withheld' || code === 'assurance.log_missing') return null;
  return (
    <Section title={say(phase === 'predict' ? 'logPredict' : 'logScore')}>
      <Loaded query={query}>{(log) => <LogText {...log} />}</Loaded>
    </Section>
  );
}
