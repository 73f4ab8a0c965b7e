import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { Icon } from '#web/ui/icon.tsx';
import { StateMark } from '#web/ui/state-tag.tsx';
import { formatName } from './format-name.ts';
import './inspection.css';
import { inspectionWords } from './inspection-words.ts';

export type Inspection = Outputs['hub']['listFiles']['items'][number]['inspection'];

/** In the line of a file: its format by content, and a mark where something was found. */
export function InspectionMark({ inspection }: { inspection: Inspection }) {
  const say = useWords(inspectionWords);
  const { state, format, carriesCode } = inspection;
  return (
    <span className="inspection-mark">
      {format !== null && <span className="inspection-format">{formatName(format, say)}</span>}
      {carriesCode && <span className="inspection-code">{say('carriesCode')}</span>}
      {state !== 'clean' && <InspectionState state={state} />}
    </span>
  );
}

/** The state as a word with a mark of its own shape. */
export function InspectionState({ state }: { state: Inspection['state'] }) {
  const say = useWords(inspectionWords);
  return (
    <span className={`inspection-state inspection-${state}`}>
      {state === 'danger' || state === 'warning' ? (
        <Icon name="alert" />
      ) : (
        <StateMark
          state={state === 'clean' ? 'done' : state === 'failed' ? 'expired' : 'waiting'}
        />
      )}
      {say(state)}
    </span>
  );
}
