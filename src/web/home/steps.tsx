import type { HomeView } from '#contract/scenarios';
import { usePick, useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { type State, StateMark } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { words as uiWords } from '#web/ui/words.ts';
import { words } from './words.ts';

type HomeStep = HomeView['steps'][number];

/** The steps of the loop in order, lighting up as they happen, with one sentence each. */
export function Steps({ steps, callId }: { steps: readonly HomeStep[]; callId: string }) {
  const say = useWords(words);
  return (
    <Section
      title={say('loop')}
      action={
        <ButtonLink kind="quiet" icon="forward" href={`/scenarios/calls/${callId}`}>
          {say('openCall')}
        </ButtonLink>
      }
    >
      <ol className="steps">
        {steps.map((step) => (
          <Step key={step.key} step={step} />
        ))}
      </ol>
    </Section>
  );
}

/** A step that has not begun is drawn faint; *waiting* is kept for what somebody waits for. */
const shown = ({ state }: HomeStep): State => (state === 'waiting' ? 'draft' : state);

function Step({ step }: { step: HomeStep }) {
  const say = useWords(words);
  const sayState = useWords(uiWords);
  const pick = usePick();
  const { key, at, sentence, href } = step;
  const state = shown(step);
  const name = say(key);
  return (
    <li
      className={`step state-${state}`}
      data-state={state}
      aria-current={state === 'running' ? 'step' : undefined}
    >
      <span className="step-light">
        <StateMark state={state} />
      </span>
      <span className="step-text">
        <strong>{href === null ? name : <To href={href}>{name}</To>}</strong>
        <span className="unseen">{state === 'draft' ? say('notBegun') : sayState(state)}</span>
        <span className="step-sentence">{pick(sentence)}</span>
      </span>
      {at !== null && state !== 'draft' && <When at={at} />}
    </li>
  );
}
