import { type ReactNode, useEffect, useState } from 'react';
import { formatDuration } from '#web/format.ts';
import { useLanguage, useWords } from '#web/i18n.ts';
import { Button } from './button.tsx';
import './long-work.css';
import { type State, StateMark } from './state-tag.tsx';
import { words } from './words.ts';

export type WorkStep = {
  key: string;
  label: string;
  state: State;
  /** ISO 8601. A running step counts from it; a finished one needs `endedAt` too. */
  startedAt?: string;
  endedAt?: string;
  expectedSeconds?: number;
  /** A sentence about it: what it does now, or why it failed. */
  note?: string;
};

type LongWorkProps = {
  title: string;
  steps: readonly WorkStep[];
  /** What one may do meanwhile. */
  meanwhile?: ReactNode;
  onCancel?: () => void;
};

/** Work of over a second: step by step, time spent and expected, what to do meanwhile, cancel. */
export function LongWork({ title, steps, meanwhile, onCancel }: LongWorkProps) {
  const say = useWords(words);
  const running = steps.some(({ state }) => state === 'running');
  const now = useNow(running);
  const over = steps.filter(({ state }) => state === 'done').length;
  return (
    <section className="long-work" aria-label={title}>
      <div className="long-work-head">
        <h2>{title}</h2>
        <span className="figures">
          {over} / {steps.length}
        </span>
        {onCancel !== undefined && running && <Button onClick={onCancel}>{say('cancel')}</Button>}
      </div>
      <ol>
        {steps.map((step) => (
          <li key={step.key} aria-current={step.state === 'running' ? 'step' : undefined}>
            <StateMark state={step.state} />
            <span className="long-work-label">
              {step.label}
              <span className="unseen">{say(step.state)}</span>
              {step.note !== undefined && <small>{step.note}</small>}
            </span>
            <StepTime step={step} nowMs={now} />
          </li>
        ))}
      </ol>
      {meanwhile !== undefined && running && (
        <p className="long-work-meanwhile">
          <strong>{say('meanwhile')}</strong> {meanwhile}
        </p>
      )}
    </section>
  );
}

function StepTime({ step, nowMs }: { step: WorkStep; nowMs: number }) {
  const say = useWords(words);
  const language = useLanguage();
  const { startedAt, endedAt, expectedSeconds, state } = step;
  const end = endedAt === undefined ? nowMs : Date.parse(endedAt);
  const spent =
    startedAt === undefined ? undefined : Math.max(0, end - Date.parse(startedAt)) / 1000;
  const known = state === 'running' || endedAt !== undefined;
  const parts = [
    spent !== undefined && known ? say('spent', { time: formatDuration(spent, language) }) : '',
    expectedSeconds !== undefined && endedAt === undefined
      ? say('expected', { time: formatDuration(expectedSeconds, language) })
      : '',
  ].filter(Boolean);
  return <span className="long-work-time figures">{parts.join(' · ')}</span>;
}

const tickMs = 1_000;

function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
