import { DatePicker, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import { Field } from './field.tsx';
import type { Draft, Values } from './use-draft.ts';

/** Fields of a draft by the type of their values. They stand inside Controls. */

type FieldsOf<Fields extends Values, Value> = {
  [Field in keyof Fields]: Fields[Field] extends Value ? Field : never;
}[keyof Fields] &
  string;

type Common<Fields extends Values, Name extends string> = {
  draft: Draft<Fields>;
  name: Name;
  label: string;
  help?: ReactNode;
  required?: boolean;
};

const frame = <Fields extends Values>({
  draft,
  name,
  label,
  help,
  required = false,
}: Common<Fields, keyof Fields & string>) => ({
  name,
  label,
  help,
  required,
  problem: draft.problemOf(name),
  onLeave: () => draft.leave(name),
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A line of text, or with `lines` a block of it. */
export function TextField<const Name extends string, Fields extends Values & { [N in Name]: string }>(
  props: Common<Fields, Name> & { lines?: number; charactersMax?: number; placeholder?: string },
) {
  const { draft, name, lines, charactersMax, placeholder } = props;
  const Control = lines === undefined ? Input : Input.TextArea;
  return (
    <Field {...frame(props)}>
      {(control) => (
        <Control
          {...control}
          {...(lines === undefined ? {} : { autoSize: { minRows: lines, maxRows: 2 * lines } })}
          {...(charactersMax === undefined
            ? {}
            : { count: { max: charactersMax, show: true } })}
          placeholder={placeholder}
          value={draft.values[name]}
          onChange={(event) => set(draft, name, event.target.value)}
        />
      )}
    </Field>
  );
}
