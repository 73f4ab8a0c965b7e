import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { type State, StateMark } from '#web/ui/state-tag.tsx';
import { When } from '#web/ui/when.tsx';
import { useNames } from './use-names.ts';
import type { CaseView, StepView } from './views.ts';
import { words } from './words.ts';
import { workingDaysLeft } from './working-days-left.ts';

const marks: Record<StepView['state'], State> = {
  waiting: 'draft',
  open: 'running',
  decided: 'done',
  cancelled: 'stopped',
};
const stateWords = {
  waiting: 'stepWaiting',
  open: 'stepOpen',
  decided: 'stepDecided',
  cancelled: 'stepCancelled',
} as const;
const decisionWords = {
  approve: 'approveDone',
  return: 'returnDone',
  reject: 'rejectDone',
} as const;

/** The steps in their order: those that were, the one that is open, those that are to come. */
export function CaseSteps({ found }: { found: CaseView }) {
  const say = useWords(words);
  const nameOf = useNames(found);
  return (
    <Section title={say('steps')}>
      <ol className="case-steps">
        {found.steps.map((step, place) => (
          <Step key={step.stepId ?? `${step.name} ${place}`} step={step} nameOf={nameOf} />
        ))}
      </ol>
    </Section>
  );
}

function Step({ step, nameOf }: { step: StepView; nameOf: (id: string) => string }) {
  const say = useWords(words);
  const pick = usePick();
  const { state, decision, decidedBy, decidedAt, reason, dueAt, demonstration } = step;
  const mark = decision === 'reject' ? 'failed' : decision === 'return' ? 'expired' : marks[state];
  return (
    <li aria-current={state === 'open' ? 'step' : undefined}>
      <StateMark state={mark} />
      <div className="case-step">
        <p>
          <strong>{pick(step.title)}</strong>
          <span className="quiet">
            {decision === null ? say(stateWords[state]) : say(decisionWords[decision])}
          </span>
        </p>
        {reason !== null && <blockquote>{reason}</blockquote>}
        {step.assignee !== null && (
          <p className="quiet">{say('assignedTo', { name: nameOf(step.assignee) })}</p>
        )}
        {step.escalatedAt !== null && <p className="due-over">{say('escalated')}</p>}
      </div>
      <div className="case-step-when">
        {decidedAt !== null && <When at={decidedAt} />}
        {decidedBy !== null && <span>{nameOf(decidedBy)}</span>}
        {state === 'open' && dueAt !== null && (
          <>
            <span>
              {say('due')} <When at={dueAt} />
            </span>
            {!demonstration && <DaysLeft dueAt={dueAt} />}
          </>
        )}
        {demonstration && state !== 'decided' && <span>{say('demonstration')}</span>}
      </div>
    </li>
  );
}

/** How many working days a deadline leaves, by the platform's calendar. */
function DaysLeft({ dueAt }: { dueAt: string }) {
  const api = useApi();
  const say = useWords(words);
  const { data } = useQuery(
    api.cases.getCalendar.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY }),
  );
  if (data === undefined) return null;
  const exceptions = new Map(data.days.map(({ day, kind }) => [day, kind]));
  const dueMs = Date.parse(dueAt);
  if (dueMs <= Date.now()) return <strong className="due-over">{say('overdue')}</strong>;
  return (
    <span>{say('workingDaysLeft', { count: workingDaysLeft(Date.now(), dueMs, exceptions) })}</span>
  );
}
