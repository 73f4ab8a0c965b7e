import { expect, test } from 'vitest';
import { parametersOf } from './command-parameters.ts';

const limit = { parameters: { speed: { min: 0, max: 3 }, mode: { values: ['low', 2, true] } } };

test.each([
  [
    { speed: '2', mode: 'low' },
    { speed: 2, mode: 'low' },
  ],
  [
    { speed: ' 0 ', mode: '2' },
    { speed: 0, mode: 2 },
  ],
  [
    { speed: '3', mode: 'true' },
    { speed: 3, mode: true },
  ],
  [{ speed: '4', mode: 'low' }, null],
  [{ speed: 'x', mode: 'low' }, null],
  [{ speed: '', mode: 'low' }, null],
  [{ speed: '1', mode: 'high' }, null],
  [{ speed: '1' }, null],
])('%j gives %j', (texts: Record<string, string>, wanted) => {
  expect(parametersOf(limit, texts)).toEqual(wanted);
});
