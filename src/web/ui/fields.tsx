import { Input, InputNumber, Select } from 'antd';
import { formatInstant } from '#web/format.ts';
import { type ControlProps, Field, type FieldText } from './field.tsx';
import type { Binding } from './use-draft.ts';

/** Fields of a draft by the type of their values. They stand inside Controls. */

const statusOf = (control: ControlProps) => (control['aria-invalid'] ? 'error' : '');

/** A line of text, or with `lines` a block of it. */
export function TextField({
  lines,
  charactersMax,
  placeholder,
  ...field
}: Binding<string> & FieldText & { lines?: number; charactersMax?: number; placeholder?: string }) {
  const rest = {
    ...(charactersMax === undefined ? {} : { count: { max: charactersMax, show: true } }),
    ...(placeholder === undefined ? {} : { placeholder }),
    value: field.value,
  };
  return (
    <Field {...field}>
      {(control) =>
        lines === undefined ? (
          <Input
            {...control}
            status={statusOf(control)}
            {...rest}
            onChange={(event) => field.onChange(event.target.value)}
          />
        ) : (
          <Input.TextArea
            {...control}
            status={statusOf(control)}
            {...rest}
            autoSize={{ minRows: lines, maxRows: lines * 3 }}
            onChange={(event) => field.onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

/** A number with its unit beside it. */
export function NumberField({
  unit,
  min,
  max,
  step,
  ...field
}: Binding<number | null> &
  FieldText & { unit?: string; min?: number; max?: number; step?: number }) {
  return (
    <Field {...field}>
      {(control) => (
        <InputNumber<number>
          {...control}
          status={statusOf(control)}
          {...(unit === undefined ? {} : { suffix: unit })}
          {...(min === undefined ? {} : { min })}
          {...(max === undefined ? {} : { max })}
          {...(step === undefined ? {} : { step })}
          className="field-control"
          value={field.value}
          onChange={field.onChange}
        />
      )}
    </Field>
  );
}

export type Choice = { value: string; label: string };

/** One of several, with search once they are many. */
export function ChoiceField({
  options,
  ...field
}: Binding<string> & FieldText & { options: readonly Choice[] }) {
  return (
    <Field {...field}>
      {(control) => (
        <Select<string>
          {...control}
          status={statusOf(control)}
          className="field-control"
          options={[...options]}
          {...(options.length > searchFrom ? { showSearch: { optionFilterProp: 'label' } } : {})}
          value={field.value === '' ? null : field.value}
          onChange={(value) => field.onChange(value ?? '')}
        />
      )}
    </Field>
  );
}

const searchFrom = 8;

/** A day and a time in the reader's zone; the value is an instant in ISO 8601, or empty. */
export function InstantField(field: Binding<string> & FieldText) {
  return (
    <Field {...field}>
      {(control) => (
        <Input
          {...control}
          status={statusOf(control)}
          type="datetime-local"
          value={toLocal(field.value)}
          onChange={(event) => field.onChange(fromLocal(event.target.value))}
        />
      )}
    </Field>
  );
}

/** `2026-11-23T14:05` in the reader's zone, as the browser's own control wants it. */
function toLocal(instant: string): string {
  return instant === '' ? '' : formatInstant(instant).replace(' ', 'T');
}

function fromLocal(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
