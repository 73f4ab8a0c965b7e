import * as z from 'zod';
import type { Card } from '../entities.ts';
import { hubErrors } from '../errors.ts';
import type { GateField, GateForm, GivenAnswers } from './gate-entities.ts';

const FIELDS_MAX = 20;
const OPTIONS_MAX = 100;
const PROMPT_CHARACTERS_MAX = 20_000;

const line = z.coerce
  .string()
  .transform((text) => text.trim().slice(0, 200))
  .nullable()
  .catch(null);
const option = z
  .union([
    z.string().transform((value) => ({ label: value, value })),
    z.object({ label: z.string(), value: z.string() }),
  ])
  .transform(({ label, value }) => ({ label: label.slice(0, 200), value: value.slice(0, 200) }));
const kind = z.union([
  z.enum(['text', 'checkbox', 'date_picker', 'country']),
  z.object({ type: z.enum(['text', 'checkbox', 'date_picker', 'country']) }),
  z.object({ type: z.literal('select'), options: z.array(option).min(1).max(OPTIONS_MAX) }),
]);

const matter = z.object({
  extra_gated_heading: line.default(null),
  extra_gated_description: line.default(null),
  extra_gated_prompt: z
    .string()
    .transform((text) => text.trim().slice(0, PROMPT_CHARACTERS_MAX))
    .nullable()
    .catch(null)
    .default(null),
  extra_gated_button_content: line.default(null),
  extra_gated_fields: z.record(z.string(), z.unknown()).catch({}).default({}),
});

/**
 * The form of a gated repository, from the front matter of its card as the Hugging Face Hub reads it
 * (https://huggingface.co/docs/hub/models-gated). A field of a type that is not known asks for a text.
 */
export function gateFormOf(metadata: Card['metadata']): GateForm {
  const read = matter.parse(metadata);
  const fields = Object.entries(read.extra_gated_fields).slice(0, FIELDS_MAX).map(fieldOf);
  return {
    heading: read.extra_gated_heading,
    description: read.extra_gated_description,
    prompt: read.extra_gated_prompt,
    button: read.extra_gated_button_content,
    fields,
  };
}

function fieldOf([key, value]: [string, unknown]): GateField {
  const name = key.slice(0, 200);
  const { data: known } = kind.safeParse(value);
  if (known === undefined) return { name, type: 'text', options: [] };
  if (typeof known === 'object' && known.type === 'select') return { name, ...known };
  const type = typeof known === 'string' ? known : known.type;
  return { name, type: type === 'date_picker' ? 'date' : type, options: [] };
}

/**
 * The answers to a form: every question has to be answered, every box ticked. What was not asked is left
 * out. Throws `hub.access_form_unfit`.
 */
export function answersTo({ fields }: GateForm, given: GivenAnswers): GivenAnswers {
  return Object.fromEntries(
    fields.map((field) => {
      const answer = answerTo(field, given[field.name]);
      if (answer !== null) return [field.name, answer];
      throw hubErrors.make.access_form_unfit({ field: field.name, problem: problems[field.type] });
    }),
  );
}

const problems: Record<GateField['type'], string> = {
  text: 'this needs an answer',
  country: 'this needs a country',
  checkbox: 'this has to be ticked',
  date: 'this needs a date such as 2026-11-24',
  select: 'this needs one of its options',
};

function answerTo({ type, options }: GateField, given: boolean | string | undefined) {
  if (type === 'checkbox') return [true, 'true', 'on', '1'].some((yes) => yes === given) || null;
  const text = typeof given === 'string' ? given.trim() : '';
  if (text === '') return null;
  if (type === 'date') return z.iso.date().safeParse(text).success ? text : null;
  if (type === 'select') return options.some(({ value }) => value === text) ? text : null;
  return text;
}
