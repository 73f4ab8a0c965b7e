import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { useKeepCase } from './use-keep-case.ts';
import type { CaseView, StepView } from './views.ts';
import { words } from './words.ts';

type Decision = StepView['decisions'][number];

const reasonCharacters = 4_000;

/** The open step: a decision, its reason, and a last look before it stands for good. */
export function Decide({ found }: { found: CaseView }) {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const keep = useKeepCase();
  const [decision, setDecision] = useState<Decision | null>(null);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [asking, setAsking] = useState(false);
  const decide = useMutation(api.cases.decideStep.mutationOptions({ onSuccess: keep }));
  const step = found.steps.find(({ stepId }) => stepId !== null && stepId === found.stepId);
  const next = useNext(found, decision);
  if (step === undefined || found.stepId === null) return null;
  const { stepId } = found;
  const look = () => {
    setTried(true);
    if (decision !== null && reason.trim() !== '') setAsking(true);
  };
  return (
    <Section title={`${say('decideHead')} · ${pick(step.title)}`}>
      <form
        className="decide"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <p className="quiet">{say('decideWhy')}</p>
        <div className="radio-row" role="radiogroup" aria-label={say('decision')}>
          {step.decisions.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="decision"
                checked={one === decision}
                onChange={() => setDecision(one)}
              />
              {say(one)}
            </label>
          ))}
        </div>
        {tried && decision === null && <p className="due-over">{say('decisionMissing')}</p>}
        <PlainText
          name="reason"
          label={say('reason')}
          help={say('reasonHelp')}
          required
          lines={3}
          charactersMax={reasonCharacters}
          value={reason}
          onChange={setReason}
          problem={reason.trim() === '' ? say('reasonMissing') : undefined}
          all={tried}
        />
        <div>
          <Button kind="main" type="submit">
            {say('decideNow')}
          </Button>
        </div>
      </form>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('lookAgain')}
        verb={decision === null ? say('decideNow') : say(decision)}
        done={say('decidedDone')}
        danger={decision === 'reject'}
        final
        summary={[
          [say('title'), pick(found.title)],
          [say('step'), pick(step.title)],
          [say('decision'), decision === null ? '–' : say(decision)],
          [say('reason'), reason],
          [say('nextStep'), next],
        ]}
        send={async () => {
          if (decision !== null) await decide.mutateAsync({ stepId, decision, reason });
        }}
      />
    </Section>
  );
}

/** Where a decision leads, as the case's own steps say. */
function useNext(found: CaseView, decision: Decision | null): string {
  const say = useWords(words);
  const pick = usePick();
  if (decision === null || decision === 'reject') return say('nextEnds');
  const ahead = found.steps.find(({ state }) => state === 'waiting');
  if (decision === 'approve') {
    return ahead === undefined ? say('nextEnds') : say('nextIs', { step: pick(ahead.title) });
  }
  const open = found.steps.findIndex(({ state }) => state === 'open');
  const before = found.steps[open - 1];
  return before === undefined ? say('nextOwner') : say('nextBack', { step: pick(before.title) });
}
