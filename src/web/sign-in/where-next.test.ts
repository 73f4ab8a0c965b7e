import { expect, test } from 'vitest';
import { whereNext } from './where-next.ts';

test.each(['/', '/hub/new', '/cases?scope=decide#top'])('%s is a page to come back to', (to) => {
  expect(whereNext(to)).toBe(to);
});

test.each([
  '',
  'hub',
  'https://elsewhere.example',
  '//elsewhere.example',
  '/\\elsewhere.example',
  '/\t/elsewhere.example',
  '/sign-in?to=/sign-in',
  '/register',
])('%j is not', (to) => {
  expect(whereNext(to)).toBeNull();
});
