import { type HTMLInputAutoCompleteAttribute, useState } from 'react';
import { Field, type FieldText } from './field.tsx';
import './plain-fields.css';

/**
 * Fields of the browser's own controls, for sheets, sign-in and other short forms: they cost nothing
 * to load and keep no draft, as passwords may not.
 */
type PlainField = FieldText & {
  name: string;
  value: string;
  onChange: (value: string) => void;
  /** What is wrong with the value; shown once the field was left, or at once with `all`. */
  problem?: string | undefined;
  all?: boolean;
};

function usePlain({ name, label, help, required, problem, all = false }: PlainField) {
  const [left, setLeft] = useState(false);
  return {
    name,
    label,
    ...(help === undefined ? {} : { help }),
    ...(required === undefined ? {} : { required }),
    problem: left || all ? problem : undefined,
    onLeave: () => setLeft(true),
  };
}

/** A line of text; with `lines` a block of it. */
export function PlainText({
  lines,
  type = 'text',
  autoComplete = 'off',
  inputMode,
  charactersMax,
  ...field
}: PlainField & {
  lines?: number;
  type?: 'text' | 'email' | 'password' | 'url' | 'date' | 'datetime-local';
  autoComplete?: HTMLInputAutoCompleteAttribute;
  inputMode?: 'numeric';
  charactersMax?: number;
}) {
  const common = {
    name: field.name,
    className: 'plain-control',
    value: field.value,
    autoComplete,
    ...(charactersMax === undefined ? {} : { maxLength: charactersMax }),
  };
  return (
    <Field {...usePlain(field)}>
      {(control) =>
        lines === undefined ? (
          <input
            {...control}
            {...common}
            type={type}
            {...(inputMode === undefined ? {} : { inputMode })}
            onChange={(event) => field.onChange(event.target.value)}
          />
        ) : (
          <textarea
            {...control}
            {...common}
            rows={lines}
            onChange={(event) => field.onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

/** One of a few. */
export function PlainChoice({
  options,
  ...field
}: PlainField & { options: readonly { value: string; label: string }[] }) {
  return (
    <Field {...usePlain(field)}>
      {(control) => (
        <select
          {...control}
          name={field.name}
          className="plain-control"
          value={field.value}
          onChange={(event) => field.onChange(event.target.value)}
        >
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
