import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { StateTag } from '#web/ui/state-tag.tsx';
import './assurance.css';
import { scoreText } from './evaluation-score.ts';
import { measurementWords } from './measurement-words.ts';

export type Measurement = Outputs['assurance']['listMeasurements']['items'][number];

export const measurementHref = (measurementId: string) =>
  `/assurance/measurements/${measurementId}`;
export const boardHref = (repositoryId: string) => `/assurance/suites/${repositoryId}`;

/** The score with its interval in small, or how far it is. */
export function MeasurementScore({ measurement }: { measurement: Measurement }) {
  const say = useWords(measurementWords);
  const { state, score, interval, casesDone, cases } = measurement;
  if (score === null) {
    return (
      <span className="evaluation-state">
        <StateTag state={state} label={say(state)} />
        {state === 'running' && <small>{say('progress', { done: casesDone, all: cases })}</small>}
      </span>
    );
  }
  return (
    <span className="evaluation-score">
      {scoreText(score)}
      {interval !== null && (
        <small>
          {scoreText(interval.low)}–{scoreText(interval.high)}
        </small>
      )}
    </span>
  );
}
