import { expect, test } from 'vitest';
import { decimalOf, entryProblems } from './entry-draft.ts';

const draft = {
  organisationId: 'party_a',
  indicatorId: 'talent',
  period: '2024',
  value: '200000',
  source: '年鉴',
  sourceUrl: '',
  note: '',
};

test('a draft that fits has no problem, and each wrong field has its own', () => {
  expect(entryProblems(draft, 2026)).toEqual({});
  expect(
    entryProblems(
      {
        ...draft,
        organisationId: '',
        indicatorId: '',
        period: '2027',
        value: '1,000',
        source: ' ',
      },
      2026,
    ),
  ).toEqual({
    organisationId: 'chooseOne',
    indicatorId: 'chooseOne',
    period: 'yearWrong',
    value: 'valueWrong',
    source: 'sourceMissing',
  });
  expect(entryProblems({ ...draft, sourceUrl: 'javascript:x' }, 2026)).toEqual({
    sourceUrl: 'urlWrong',
  });
});

test('only plain decimals are numbers', () => {
  expect(['12', '-3.5', ' 0.000001 '].map(decimalOf)).toEqual([12, -3.5, 0.000001]);
  for (const text of ['', '1e3', '1,000', '0x1', '１', '1.', '.5', '1.0000001', 'NaN']) {
    expect(decimalOf(text), text).toBeNull();
  }
});
