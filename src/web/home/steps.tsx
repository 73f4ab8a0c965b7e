import { usePick, useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { StateMark } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { words as uiWords } from '#web/ui/words.ts';
import type { HomeStep } from './home-view.ts';
import { words } from './words.ts';

/** The steps of the loop in order, lighting up as they happen, with one sentence each. */
export function Steps({ steps, scenarioId }: { steps: readonly HomeStep[]; scenarioId: string }) {
  const say = useWords(words);
  const href = `/scenarios/${encodeURIComponent(scenarioId)}`;
  return (
    <Section
      title={say('loop')}
      action={
        <ButtonLink kind="quiet" icon="forward" href={href}>
          {say('openScenario')}
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

function Step({ step }: { step: HomeStep }) {
  const say = useWords(words);
  const sayState = useWords(uiWords);
  const pick = usePick();
  const { key, state, at, sentence, href } = step;
  const name = isNamed(key) ? say(key) : key;
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
        <strong>{href === undefined ? name : <To href={href}>{name}</To>}</strong>
        <span className="unseen">{sayState(state)}</span>
        <span className="step-sentence">{pick(sentence)}</span>
      </span>
      {at !== undefined && <When at={at} />}
    </li>
  );
}

const names = [
  'call',
  'submissions',
  'evaluation',
  'leaderboard',
  'review',
  'notice',
  'award',
  'certificate',
] as const;
const isNamed = (key: string): key is (typeof names)[number] => names.some((name) => name === key);
