import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import './city.css';
import type { IncidentDetail } from './views.ts';
import { words } from './words.ts';

type Step = 'assign' | 'comment' | 'resolve' | 'close' | 'reopen';
const steps = ['resolve', 'close', 'assign', 'comment', 'reopen'] as const;

/** What the reader can do with an incident now; each asks for what it needs first. */
export function IncidentActions({ incident }: { incident: IncidentDetail }) {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const [asking, setAsking] = useState<Step | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const reread = useReread();
  const { incidentId, actions } = incident;
  if (actions.length === 0) return null;
  const acknowledge = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await api.city.acknowledgeIncident.call({ incidentId });
      announce(say('acknowledged'));
      await reread();
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  const first = actions.includes('acknowledge');
  const next = steps.find((step) => actions.includes(step));
  return (
    <div className="incident-actions">
      {first && (
        <Button kind="main" icon="check" busy={busy} onClick={() => void acknowledge()}>
          {say('acknowledge')}
        </Button>
      )}
      {steps
        .filter((step) => actions.includes(step))
        .map((step) => (
          <Button
            key={step}
            kind={!first && step === next ? 'main' : 'plain'}
            onClick={() => setAsking(step)}
          >
            {say(step)}
          </Button>
        ))}
      {problem !== null && <FormProblem problem={problem} />}
      <Questions incident={incident} asking={asking} onClose={() => setAsking(null)} />
    </div>
  );
}

function useReread() {
  const api = useApi();
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: api.city.key() });
    await queries.invalidateQueries({ queryKey: api.cases.key() });
    await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
  };
}

type QuestionsProps = { incident: IncidentDetail; asking: Step | null; onClose: () => void };

function Questions({ incident: { incidentId }, asking, onClose }: QuestionsProps) {
  const api = useApi();
  const say = useWords(words);
  const reread = useReread();
  const [assignee, setAssignee] = useState('');
  const [outcome, setOutcome] = useState<'handled' | 'false_alarm'>('handled');
  const after = (work: Promise<unknown>) => work.then(reread);
  const common = { onClose, done: say('done') };
  const why = { label: say('reason'), help: say('reasonHelp') };
  return (
    <>
      <Ask
        {...common}
        open={asking === 'assign'}
        title={say('assign')}
        verb={say('assign')}
        ready={assignee.trim() !== ''}
        send={() => after(api.city.assignIncident.call({ incidentId, assignee: assignee.trim() }))}
      >
        <p>{say('assignWhy')}</p>
        <PlainText
          name="assignee"
          label={say('assignTo')}
          help={say('assignHelp')}
          required
          charactersMax={80}
          value={assignee}
          onChange={setAssignee}
        />
      </Ask>
      <Ask
        {...common}
        open={asking === 'comment'}
        title={say('comment')}
        verb={say('comment')}
        reason={{ label: say('comment'), help: say('commentHelp') }}
        send={(text) => after(api.city.commentIncident.call({ incidentId, text }))}
      />
      <Ask
        {...common}
        open={asking === 'resolve'}
        title={say('resolve')}
        verb={say('resolve')}
        reason={why}
        send={(reason) => after(api.city.resolveIncident.call({ incidentId, outcome, reason }))}
      >
        <p>{say('resolveWhy')}</p>
        <PlainChoice
          name="outcome"
          label={say('outcome')}
          value={outcome}
          onChange={(value) => setOutcome(value === 'false_alarm' ? value : 'handled')}
          options={(['handled', 'false_alarm'] as const).map((value) => ({
            value,
            label: say(value),
          }))}
        />
      </Ask>
      <Ask
        {...common}
        open={asking === 'close'}
        title={say('close')}
        verb={say('close')}
        send={() => after(api.city.closeIncident.call({ incidentId }))}
      >
        <p>{say('resolvedWhy')}</p>
      </Ask>
      <Ask
        {...common}
        open={asking === 'reopen'}
        title={say('reopen')}
        verb={say('reopen')}
        reason={why}
        send={(reason) => after(api.city.reopenIncident.call({ incidentId, reason }))}
      >
        <p>{say('reopenWhy')}</p>
      </Ask>
    </>
  );
}
