import { useId } from 'react';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Icon } from '#web/ui/icon.tsx';
import './governance.css';
import { words } from './words.ts';

export type Question = Outputs['governance']['getAnswerSheet']['questions'][number];

type QuestionFieldProps = {
  question: Question;
  /** The codes that are chosen; at most one unless several may hold. */
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  problem: string | undefined;
  onLeave: () => void;
};

/** One question of the answer sheet, with every answer in sight. */
export function QuestionField({ question, chosen, onChange, ...rest }: QuestionFieldProps) {
  const say = useWords(words);
  const pick = usePick();
  const id = useId();
  const { name, several, options } = question;
  return (
    <fieldset
      className="question"
      data-field={name}
      aria-describedby={`${id}-help`}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) rest.onLeave();
      }}
    >
      <legend>{pick(question.title)}</legend>
      <p id={`${id}-help`} className="question-help">
        {rest.problem !== undefined && (
          <span className="field-problem">
            <Icon name="alert" />
            {rest.problem}
          </span>
        )}
        {pick(question.help)}
      </p>
      <div className="question-options">
        {options.map(({ code, title }) => (
          <label key={code}>
            <input
              type={several ? 'checkbox' : 'radio'}
              name={`${id}-${name}`}
              checked={chosen.includes(code)}
              onChange={() => onChange(several ? toggled(chosen, code) : [code])}
            />
            {pick(title)}
          </label>
        ))}
      </div>
      {several && <p className="question-help">{say('severalHelp')}</p>}
    </fieldset>
  );
}

/** With the code where it was absent, without it where it was chosen. */
export function toggled(chosen: readonly string[], code: string): string[] {
  return chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code];
}
