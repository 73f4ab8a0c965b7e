import { expect, it } from 'vitest';
import { answersTo, gateFormOf } from './gate-form.ts';

const form = gateFormOf({
  extra_gated_heading: 'Licence terms',
  extra_gated_prompt: 'Be kind.\n',
  extra_gated_fields: {
    Company: 'text',
    Country: 'country',
    'First day': 'date_picker',
    'I want to use it for': {
      type: 'select',
      options: ['Research', { label: 'Other', value: 'other' }],
    },
    'I agree': 'checkbox',
    Strange: { type: 'hologram' },
  },
});
const fitting = {
  ...{ Company: ' Port ', Country: 'CN', 'First day': '2026-11-24', 'I agree': 'on' },
  ...{ 'I want to use it for': 'other', Strange: 'x', unasked: 'left out' },
};

it('reads the form of a card as the Hub does, and asks a text where it knows no better', () => {
  expect(form).toMatchObject({ heading: 'Licence terms', prompt: 'Be kind.', button: null });
  expect(form.fields.map(({ type }) => type)).toEqual([
    ...['text', 'country', 'date', 'select', 'checkbox', 'text'],
  ]);
  expect(form.fields[3]?.options[0]).toEqual({ label: 'Research', value: 'Research' });
});

it('reads any front matter at all', () => {
  for (const wrong of [7, null, [], 'text', { a: null }, { a: { type: 'select' } }]) {
    const { fields } = gateFormOf({ extra_gated_fields: wrong, extra_gated_prompt: wrong });
    expect(fields.every(({ type }) => type === 'text')).toBe(true);
  }
  expect(gateFormOf({})).toEqual({
    ...{ heading: null, description: null, prompt: null, button: null, fields: [] },
  });
});

it('takes a form that is answered in full, and what was asked alone', () => {
  expect(answersTo(form, fitting)).toEqual({
    ...{ Company: 'Port', Country: 'CN', 'First day': '2026-11-24', 'I agree': true },
    ...{ 'I want to use it for': 'other', Strange: 'x' },
  });
  const wrong = { Company: ' ', 'First day': '24.11.2026', 'I agree': false, Country: true };
  for (const [field, answer] of Object.entries({ ...wrong, 'I want to use it for': 'sale' })) {
    expect(() => answersTo(form, { ...fitting, [field]: answer })).toThrow(field);
  }
});
