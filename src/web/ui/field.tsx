import { type ReactNode, useId } from 'react';
import { useWords } from '#web/i18n.ts';
import './form-page.css';
import { Icon } from './icon.tsx';
import { words } from './words.ts';

/** What a control needs to belong to its field. */
export type ControlProps = {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
  'aria-required': boolean;
};

export type FieldText = {
  label: string;
  /** Under the field: what to fill in, by example. */
  help?: ReactNode;
  required?: boolean;
};

type FieldProps = FieldText & {
  name: string;
  problem: string | undefined;
  onLeave: () => void;
  children: (control: ControlProps) => ReactNode;
};

/** One question: its label, its control, its help, and once it was left its problem. */
export function Field({ name, label, help, required, problem, onLeave, children }: FieldProps) {
  const say = useWords(words);
  const id = useId();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only learns that its control was left
    <div
      className="field"
      data-field={name}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onLeave();
      }}
    >
      <label htmlFor={id}>
        {label}
        {required && <span className="field-required">{say('required')}</span>}
      </label>
      {children({
        id,
        'aria-describedby': `${id}-help`,
        'aria-invalid': problem !== undefined,
        'aria-required': required === true,
      })}
      <div id={`${id}-help`} className="field-help">
        {problem !== undefined && (
          <p className="field-problem">
            <Icon name="alert" />
            {problem}
          </p>
        )}
        {help}
      </div>
    </div>
  );
}
