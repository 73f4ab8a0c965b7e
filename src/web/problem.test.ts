import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { toProblem } from './problem.ts';

test('a declared error keeps its code and data, and its category follows from the status', () => {
  const error = new ORPCError('hub.revision_missing', {
    status: 404,
    message: 'There is no such revision.',
    data: { id: 'rev_1' },
  });
  expect(toProblem(error)).toEqual({
    code: 'hub.revision_missing',
    category: 'missing',
    message: 'There is no such revision.',
    data: { id: 'rev_1' },
  });
});

test.each([
  [401, 'unauthenticated'],
  [403, 'denied'],
  [409, 'conflict'],
  [422, 'invalid'],
  [429, 'limited'],
  [500, 'unavailable'],
  [503, 'unavailable'],
])('status %i is %s', (status, category) => {
  expect(toProblem(new ORPCError('X', { status })).category).toBe(category);
});

test('a lost connection and a defect of the portal are told apart', () => {
  expect(toProblem(new TypeError('Failed to fetch')).code).toBe('portal.offline');
  expect(toProblem(new TypeError('x is not a function')).code).toBe('portal.broken');
  expect(toProblem('odd').message).toBe('odd');
});
